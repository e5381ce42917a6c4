-- Local models: what is particular to one that runs on this machine, as a JSON object (path, slots, pinned, keep_s,
-- adapters, options); NULL where nothing was said.
ALTER TABLE models ADD COLUMN local TEXT COLLATE "C";
