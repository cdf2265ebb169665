-- Question:   who has asked for an account?
-- Grain:      one row per request, the longest ago first
select id, credit_code, enterprise, industry, district, contact, proof_kind, proof_sha256, token_sha256, asked_at
from account_request
order by asked_at, id
