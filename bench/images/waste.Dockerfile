# One target for each way in which a layer can hide what a layer below stores.
FROM debian:trixie-slim AS base
RUN mkdir -p /w/folder/deep /w/replaced /w/twice && cd /w && \
    for file in overwritten deleted moded renamed linked folder/a folder/deep/b replaced/a twice/a kind; do \
      head -c 1000000 /dev/urandom > $file; done && \
    ln linked linked-too

FROM base AS overwritten
RUN head -c 500000 /dev/urandom > /w/overwritten

FROM base AS deleted
RUN rm /w/deleted

FROM base AS moded
RUN chmod 600 /w/moded

FROM base AS renamed
RUN mv /w/renamed /w/renamed-to

# The second name still shows the bytes that the first name's copy has left behind.
FROM base AS linked
RUN chmod 600 /w/linked

FROM base AS folder
RUN rm -r /w/folder

# An opaque folder: what lay in it is hidden by no whiteout of its own.
FROM base AS replaced
RUN rm -r /w/replaced && mkdir /w/replaced && head -c 300000 /dev/urandom > /w/replaced/b

FROM base AS twice
RUN rm -r /w/twice
RUN mkdir /w/twice && head -c 200000 /dev/urandom > /w/twice/b
RUN rm -r /w/twice

FROM base AS kind
RUN rm /w/kind && mkdir /w/kind && head -c 100000 /dev/urandom > /w/kind/inside && rm -r /w/folder && ln -s replaced /w/folder
RUN rm -r /w/kind /w/folder && head -c 50000 /dev/urandom > /w/kind

# All of it, one after another.
FROM base AS all
RUN cd /w && head -c 500000 /dev/urandom > overwritten && rm deleted && chmod 600 moded linked && mv renamed renamed-to
RUN cd /w && rm -r folder && rm -r replaced && mkdir replaced && head -c 300000 /dev/urandom > replaced/b && rm -r twice
RUN cd /w && mkdir twice folder && head -c 200000 /dev/urandom > twice/b && chmod 640 moded linked-too
RUN cd /w && rm -r twice folder && rm overwritten renamed-to
