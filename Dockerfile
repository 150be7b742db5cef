# One container, one volume (/app/data). The web page is on port 8080; set TELEGRAM_TOKEN to serve Telegram too.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /app/.venv
COPY constraints.txt ./
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r constraints.txt
COPY pyproject.toml README.md ./
COPY bot bot
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e .

FROM python:3.13-slim
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /app tillsammans && mkdir data && chown tillsammans data
COPY --from=build /app /app
COPY locales locales
COPY knowledge knowledge
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 TILLSAMMANS_WEB_HOST=0.0.0.0
# Half a minute of work that no start need repeat.
RUN tillsammans prepare && chown -R tillsammans .cache
USER tillsammans
VOLUME /app/data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["tillsammans", "run"]
