# Some 3 GB in 120,000 files, to tell whether time grows with bytes and memory does not.
FROM golang:1.26
RUN cp -a /usr /copy1
RUN cp -a /usr /copy2
RUN cp -a /usr /copy3
RUN head -c 200000000 /dev/urandom > /random
