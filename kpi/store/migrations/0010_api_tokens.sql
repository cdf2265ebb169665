-- Tokens by which an enterprise's own systems act as an account. A token is stored as its hash only.
create table api_token (
    id           varchar primary key,
    token_sha256 varchar not null unique,
    account      varchar not null,
    label        varchar not null,
    added_by     varchar not null,
    added_at     timestamp not null,
    expires_at   timestamp not null,
    revoked_at   timestamp,
    used_at      timestamp
);

-- What a write was answered, by the key that the caller gave it: sent again it is answered so again.
create table api_answer (
    account     varchar not null,
    key         varchar not null,
    request     varchar not null, -- hash of what was sent
    status      integer not null,
    body        varchar not null,
    answered_at timestamp not null,
    primary key (account, key)
);
