# syntax=docker/dockerfile:1
#
# One file for the five images, each in two variants:
#
#   docker build --build-arg SERVICE=clustering -t climb/clustering:0.1.0 .
#   docker build --build-arg SERVICE=proxy-training --build-arg VARIANT=cuda12 --build-arg BASE=cuda \
#     -t climb/proxy-training:0.1.0-cuda12 .
#
# SERVICE  embedding, clustering, proxy-training, predictor or search-coordinator
# VARIANT  cpu (default) or cuda12, which adds ONNX Runtime's CUDA provider; linux/amd64 only
# BASE     cpu (default) or cuda: what the image stands on
#
# `npm run test:images` builds the five from this file with buildah, on bases that it makes of Debian's packages and
# npm's Node, because it uses no registry of images; and runs a search over them. The CUDA variant is not built there.
#
# The base images are pinned by version and not by digest: a digest is only known to who has pulled the image.
# Replace the defaults below by NAME@sha256:DIGEST once it is.

ARG VARIANT=cpu
ARG BASE=cpu
ARG NODE_IMAGE=node:24.22.3-bookworm
ARG CPU_IMAGE=gcr.io/distroless/cc-debian12
ARG CUDA_IMAGE=nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04

# Everything that the five services share is built once.
FROM ${NODE_IMAGE} AS build
WORKDIR /climb
# The manifests alone first: the installation is repeated only when one of them changes.
COPY package.json package-lock.json .npmrc ./
COPY scripts/postinstall.mjs scripts/
COPY proto/package.json proto/
COPY proto/clients/typescript/package.json proto/clients/typescript/
COPY shared/corpus/package.json shared/corpus/
COPY shared/readers/package.json shared/readers/
COPY shared/numeric/package.json shared/numeric/
COPY shared/onnx/package.json shared/onnx/
COPY shared/page/package.json shared/page/
COPY shared/ports/package.json shared/ports/
COPY shared/resources/package.json shared/resources/
COPY shared/runtime/package.json shared/runtime/
COPY shared/testkit/package.json shared/testkit/
COPY shared/text/package.json shared/text/
COPY services/embedding/package.json services/embedding/
COPY services/clustering/package.json services/clustering/
COPY services/proxy-training/package.json services/proxy-training/
COPY services/predictor/package.json services/predictor/
COPY services/search-coordinator/package.json services/search-coordinator/
COPY cli/package.json cli/
COPY test/bench/package.json test/bench/
# node:24-bookworm carries the C++ compiler that the root's postinstall script needs, and strip.
RUN npm ci
RUN strip -o /usr/local/bin/node-stripped "$(command -v node)"
COPY tsconfig.json tsconfig.base.json LICENSE ./
COPY proto proto
COPY shared shared
COPY services services
COPY cli cli
# The benchmarks stay outside.
RUN npx tsc -b cli
COPY scripts/service-files.mjs scripts/

FROM build AS build-cpu

FROM build AS build-cuda12
# The project's .npmrc tells the package not to fetch these at npm ci; `npm rebuild` would not run the script either.
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js

# What one service needs, with a list of it (CycloneDX), and the folder of artifacts with its owner.
FROM build-${VARIANT} AS files
ARG SERVICE
RUN node scripts/service-files.mjs "${SERVICE}" /out/climb \
  && npm sbom --omit=dev --workspace "services/${SERVICE}" --sbom-format cyclonedx > /out/climb/sbom.cdx.json \
  && mkdir -p /out/var/lib/climb/artifacts /out/var/cache/climb \
  && chown -R 1000:1000 /out/var/lib/climb /out/var/cache/climb

FROM ${CPU_IMAGE} AS base-cpu

FROM ${CUDA_IMAGE} AS base-cuda

# Neither shell nor compiler on CPUs: libraries, Node, one service.
FROM base-${BASE}
ARG SERVICE
LABEL org.opencontainers.image.title="climb-${SERVICE}" org.opencontainers.image.licenses="Apache-2.0"
# Threads that come and go leave memory behind in each of glibc's arenas, of which there would be eight for each core.
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin MALLOC_ARENA_MAX=2
COPY --from=build /usr/local/bin/node-stripped /usr/local/bin/node
# The files belong to root, and the process only reads them: the root file system may be mounted read-only. Artifacts
# go to the volume below, scratch files to /tmp. A volume that is empty takes the owner of the folder it is mounted on.
COPY --from=files /out /
# By number, so that a cluster can see that it is not root; the chart says the same.
USER 1000:1000
EXPOSE 50051
# From the service's folder, so that no shell stands between the signals and node.
WORKDIR /climb/services/${SERVICE}
CMD ["node", "dist/main.js"]
