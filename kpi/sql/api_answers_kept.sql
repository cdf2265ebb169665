-- Question:   which answers of writes are kept, of all accounts?
-- Grain:      one row per account and key
-- Parameters: none
select account, key, body
from api_answer
order by account, key
