-- Question:   which rows were written of a baseline at freeze?  (see peer_enterprises.sql)
-- Grain:      one row each
-- Parameters: $baseline
select *
from peer_enterprise
where baseline = $baseline
