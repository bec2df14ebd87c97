import secrets
import socket

server = socket.create_server(("", 7000))
while True:
    connection, _ = server.accept()
    with connection:
        connection.sendall(secrets.token_bytes(64 + secrets.randbelow(64)))
