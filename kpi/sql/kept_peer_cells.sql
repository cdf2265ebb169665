-- Question:   which rows were written of a baseline at freeze?  (see peer_cells.sql)
-- Grain:      one row each
-- Parameters: $baseline
select *
from peer_cell
where baseline = $baseline
order by cell
