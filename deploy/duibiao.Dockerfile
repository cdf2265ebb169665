# The app for compose.yaml. The lock names every package with its hash; nothing else is fetched.
FROM python:3.13.9-slim-trixie
WORKDIR /opt/duibiao
COPY requirements.txt requirements-postgresql.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt -r requirements-postgresql.txt
COPY app.py pyproject.toml ./
COPY .streamlit/config.toml .streamlit/
COPY data data
COPY kpi kpi
COPY pages pages
RUN python -m compileall -q kpi pages && install -d -o 10001 -g 10001 -m 0700 /srv /srv/duibiao
USER 10001:10001
ENTRYPOINT ["python", "-m", "kpi"]
