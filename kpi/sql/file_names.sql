-- Question:   what are the names of these files that were sent?
-- Grain:      one row a file that is still on record
-- Parameters: $uploads (numbers of uploads)
select id, file_name
from upload
where list_contains($uploads, id)
