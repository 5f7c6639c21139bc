-- Several instances beside each other: which ones live, what they are asked to compare, and a log that is cut behind them.

-- Changes up to this position are no longer in the log: who has not applied them loads the collection anew.
ALTER TABLE collections ADD COLUMN pruned_position bigint NOT NULL DEFAULT 0
    CHECK (pruned_position BETWEEN 0 AND head_position);

-- An instance writes its row every few seconds; one that was killed is told by an old seen_at.
CREATE TABLE instances (
    id uuid PRIMARY KEY,
    version text NOT NULL CHECK (char_length(version) BETWEEN 1 AND 100),
    host text NOT NULL CHECK (char_length(host) BETWEEN 1 AND 255),
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);

-- Each live instance answers with a report: how its index differs from the rows.
CREATE TABLE verifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    repairs boolean NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE verification_reports (
    verification_id uuid NOT NULL REFERENCES verifications (id) ON DELETE CASCADE,
    instance_id uuid NOT NULL,
    report jsonb,
    error text CHECK (char_length(error) <= 2000),
    reported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (verification_id, instance_id),
    CHECK ((report IS NULL) <> (error IS NULL))
);
