-- Question:   which rows were written of a baseline at freeze?  (see peer_records.sql)
-- Grain:      one row each
-- Parameters: $baseline
select *
from peer_record
where baseline = $baseline
