-- Question:   which values have these blocks, and what stands below each and up to it?
-- Grain:      one row per block and value, in any order
-- Parameters: $blocks, $firsts, $lasts (lists): numbers of blocks, and between which places of the cell records are wanted
-- Reads:      rung (see rungs.sql). It is asked for by the block's number alone: so only these blocks are read.
select block, value, below, upto, bests_below, bests_upto, worsts_upto
from (
    select unnest($blocks::integer[]) as block, unnest($firsts::integer[]) as first, unnest($lasts::integer[]) as last
)
join rung using (block)
where upto > first and below <= last
