-- Question:   who knows already of what a day brings?
-- Grain:      one row per event and account
-- Parameters: $occurrences
select occurrence, kind, account from notification where list_contains($occurrences, occurrence)
