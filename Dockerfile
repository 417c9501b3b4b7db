# syntax=docker/dockerfile:1
#
# One file for the five images, each in two variants:
#
#   docker build --build-arg SERVICE=clustering -t climb/clustering:0.1.0 .
#   docker build --build-arg SERVICE=proxy-training --build-arg VARIANT=cuda12 -t climb/proxy-training:0.1.0-cuda12 .
#
# SERVICE  embedding, clustering, proxy-training, predictor or search-coordinator
# VARIANT  cpu (default) or cuda12, which adds ONNX Runtime's CUDA provider; linux/amd64 only
#
# Everything up to the last stage is the same for all five services, so it is built once and cached.
#
# Not verified: no image has been built from this file yet. The commands of the build stage (npm ci, build, prune, the
# deletions) and the start of a service from what they leave were run outside a container, on Debian with Node 20.
# Never run at all: the download of the CUDA files. hnswlib-node's addon, compiled on Debian 12, asks for nothing newer
# than glibc 2.29 and GLIBCXX 3.4.29 (GCC 11), which Ubuntu 22.04 has.
#
# The base images are pinned by version and not by digest: a digest is only known to who has pulled the image.
# Replace the defaults below by NAME@sha256:DIGEST once it is.

ARG VARIANT=cpu
ARG NODE_IMAGE=node:20.20.2-bookworm
ARG CPU_IMAGE=node:20.20.2-bookworm-slim
ARG CUDA_IMAGE=nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04

FROM ${NODE_IMAGE} AS build
WORKDIR /climb
# The manifests alone first: the installation is repeated only when one of them changes.
COPY package.json package-lock.json .npmrc ./
COPY scripts/postinstall.mjs scripts/
COPY proto/package.json proto/
COPY proto/clients/typescript/package.json proto/clients/typescript/
COPY shared/corpus/package.json shared/corpus/
COPY shared/numeric/package.json shared/numeric/
COPY shared/onnx/package.json shared/onnx/
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
# node:20-bookworm carries the C++ compiler that the root's postinstall script needs.
RUN npm ci
COPY tsconfig.json tsconfig.base.json ./
COPY proto proto
COPY shared shared
COPY services services
COPY cli cli
# The benchmarks stay outside.
RUN npx tsc -b cli
# Left out: development packages, compiled tests, the compiler, and ONNX Runtime for other platforms (some 240 MB).
RUN npm prune --omit=dev \
  && rm -rf node_modules/typescript node_modules/@typescript \
  && find proto shared services -path '*/dist/*' -name '*.test.*' -delete \
  && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d \
    ! -path "*/linux/$(node -p process.arch)" -exec rm -rf {} +

FROM build AS files-cpu

FROM build AS files-cuda12
# The project's .npmrc tells the package not to fetch these at npm ci; `npm rebuild` would not run the script either.
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js

FROM files-${VARIANT} AS files

FROM ${CPU_IMAGE} AS base-cpu

FROM ${CUDA_IMAGE} AS base-cuda12
COPY --from=build /usr/local/bin/node /usr/local/bin/node
# The same number as in Node's own images, on which the chart relies.
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node

FROM base-${VARIANT}
ARG SERVICE
LABEL org.opencontainers.image.title="climb-${SERVICE}" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
# The files belong to root, and the process only reads them: the root file system may be mounted read-only. Artifacts
# go to the volume below, scratch files to /tmp.
WORKDIR /climb
COPY LICENSE package.json ./
COPY --from=files /climb/node_modules node_modules
COPY --from=files /climb/proto proto
COPY --from=files /climb/shared shared
COPY --from=files /climb/services/${SERVICE} services/${SERVICE}
RUN test -f "services/${SERVICE}/dist/main.js" || { \
    echo "SERVICE is '${SERVICE}'; expected embedding, clustering, proxy-training, predictor or search-coordinator" >&2; \
    exit 1; \
  }
# A volume that is empty takes the owner of the folder it is mounted on.
RUN mkdir -p /var/lib/climb/artifacts && chown -R 1000:1000 /var/lib/climb
# By number, so that a cluster can see that it is not root.
USER 1000:1000
EXPOSE 50051
# From the service's folder, so that no shell stands between the signals and node.
WORKDIR /climb/services/${SERVICE}
CMD ["node", "dist/main.js"]
