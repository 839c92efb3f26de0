INSERT OR IGNORE INTO aws.s3.buckets (a, "b", values) WITH q AS (SELECT 1) SELECT 1, 2, 3 FROM q WHERE true ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE b <> 2 RETURNING Identifier
