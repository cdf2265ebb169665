-- Question:   which stages were written of every application?  To be held against the table of its life.
-- Grain:      one row per step, each application's in order
select credit_code, year, state
from step
order by credit_code, year, taken_at
