# syntax=docker/dockerfile:1
# The harness with the MLflow client, the shipped transformer and pictures. Work and runs are in the mounted folder:
#   docker build -t arabic-extraction-harness .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" arabic-extraction-harness evaluate runner=rules
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml hatch_build.py constraints.txt README.md LICENSE NOTICE ./
COPY harness harness
COPY conf conf
COPY gold gold
# HARNESS_WITHOUT_TEXTS=1 leaves the articles out: docs/texts.md.
ARG HARNESS_WITHOUT_TEXTS=0
RUN python -m venv /opt/harness \
 && /opt/harness/bin/pip install --no-cache-dir --constraint constraints.txt ".[mlflow,onnx,plots]"

FROM python:3.11.13-slim-bookworm
COPY --from=build /opt/harness /opt/harness
RUN useradd --create-home --uid 1000 harness && mkdir /work && chown harness /work
USER 1000
WORKDIR /work
ENV PATH=/opt/harness/bin:$PATH HF_HUB_OFFLINE=1 MPLCONFIGDIR=/tmp
ENTRYPOINT ["harness"]
CMD ["--help"]
