-- Whether some word of the cell would leave too many peers too little room; null where it was frozen before that was asked.
alter table published add column words_expose boolean;
