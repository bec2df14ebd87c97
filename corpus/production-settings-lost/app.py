from configparser import ConfigParser

settings = ConfigParser()
settings.read("/app/settings.ini")
print("requests a minute:", settings["requests"].getint("limit"))
