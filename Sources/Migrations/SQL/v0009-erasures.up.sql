-- What was erased at people's wish: erased again after a restore, and cleaned out of every instance's files.

-- number counts erasures in the order in which they were written down. Nothing here names a person but their id, which is
-- that of nobody any more. receipt holds counts.
CREATE TABLE erasures (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('person', 'session', 'answer', 'job_description', 'pattern')),
    subject_id uuid NOT NULL,
    receipt jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(receipt) = 'object'),
    erased_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (subject_id, kind)
);
