-- What the claim check found in an item's prose when it was made: confirmed, corrected and unrecognised claims, as
-- "5,1,0"; '' where its task makes no claims in prose. A receipt of a later hit tells it again.
ALTER TABLE memory ADD COLUMN claims TEXT COLLATE "C" NOT NULL DEFAULT '';
