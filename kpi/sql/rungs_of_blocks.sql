-- Question:   which values have these blocks, and what stands below each and up to it?
-- Grain:      one row per block and value, in any order
-- Parameters: $blocks (a list of numbers)
-- Reads:      rung (see rungs.sql). It is asked for by the block's number alone: so only these blocks are read.
select block, value, below, upto, bests_below, bests_upto, worsts_upto
from (select unnest($blocks::integer[]) as block)
join rung using (block)
