# syntax=docker/dockerfile:1
# One program on a base without a shell: docker build -t waxseal .

FROM rust:1.95-slim-bookworm AS build
# The image's own toolchain, so that rust-toolchain.toml fetches no other.
ENV RUSTUP_TOOLCHAIN=1.95.0
RUN rustup target add wasm32-unknown-unknown
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY crates crates
COPY migrations migrations
COPY xtask xtask
COPY bench bench
COPY frontend frontend
COPY style style
COPY public public
COPY app app
COPY server server
# The folders of cargo are kept between builds, so a changed page costs a minute and not ten.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo xtask site \
    && cargo build --release --locked -p server \
    && install -D target/release/waxseal /out/usr/bin/waxseal \
    && install -d /out/data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build --chown=nonroot:nonroot /out /
# Everything worth keeping is here: the SQLite file, unless WAXSEAL_DATABASE__URL names a PostgreSQL.
VOLUME /data
ENV WAXSEAL_HTTP__LISTEN=0.0.0.0:3000 \
    WAXSEAL_DATABASE__URL=sqlite:///data/waxseal.db
# 2525 is for mail, where WAXSEAL_SMTP__LISTEN=0.0.0.0:2525 switches it on: docker run --publish 25:2525
EXPOSE 3000 2525
USER nonroot
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["/usr/bin/waxseal", "health"]
ENTRYPOINT ["/usr/bin/waxseal"]
CMD ["serve"]
