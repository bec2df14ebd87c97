# Names, kinds and changes that readers of tars and of layers get wrong.
FROM debian:trixie-slim
RUN mkdir /odd && cd /odd && \
    for name in 'a -> b' 'a link to b' '"quoted"' 'back\slash' ' space ' 'ümlaut' '日本語' '😀' '-dash' '.wh' 'a//b'; do \
      mkdir -p "$(dirname "./$name")" && printf '%s' "$name" > "./$name" || exit 1; done && \
    printf x > "$(printf 'new\nline')" && printf x > "$(printf 'tab\tbell\a')" && printf x > "$(printf 'not utf-8 \377\376')" && \
    printf x > "$(printf '%0200d' 0)" && \
    deep=$(printf '%0100d/%0100d/%0100d' 1 2 3) && mkdir -p "$deep" && printf x > "$deep/file" && \
    ln 'a -> b' 'hard -> link' && ln 'a -> b' hard2 && ln -s 'a -> b' 'soft -> link' && ln -s "$(printf '%0150d' 0)" long-target && \
    ln -s "$(printf 'new\nline \377')" odd-target && ln -s /nowhere dangling && ln -s loop loop && \
    mkfifo fifo && mknod char c 1 3 && mknod block b 7 0 && \
    truncate -s 5000000 holes && printf x > setuid && chmod 4755 setuid && printf x > setgid && chmod 2644 setgid && \
    mkdir sticky && chmod 1777 sticky && printf x > owned && chown 70000:3000000 owned && printf x > none && chmod 0 none
RUN mkdir -p /turn/folder/deep /turn/gone/deep /turn/again /turn/linked && cd /turn && \
    for file in folder/a folder/deep/b gone/deep/c again/old again/same linked/d file removed moded moved; do printf "$file" > $file; done && \
    ln moded moded2 && ln linked/d linked/e
# Each in a layer of its own: whiteouts, opaque folders, kinds that change, copies of hard links.
RUN cd /turn && rm -r gone removed && rm -r again && mkdir again && printf new > again/same && mv moved moved-to
RUN cd /turn && rm -r folder && printf x > folder && rm file && mkdir file && printf x > file/inside && \
    mv linked linked-to && ln -s linked-to linked
RUN cd /turn && chmod 600 moded && ln moded2 moded3 && printf more >> linked/e && chown 5:6 /turn
# What an engine mounts over; a file system that is exported holds the engine's.
COPY odd.Dockerfile /etc/hosts
