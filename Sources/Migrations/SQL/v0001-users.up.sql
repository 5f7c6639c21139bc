-- People and their sign-ins.
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    password_hash text NOT NULL,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'premium', 'enterprise', 'admin')),
    is_active boolean NOT NULL DEFAULT true,
    bio text CHECK (char_length(bio) <= 1000),
    experience_level text CHECK (char_length(experience_level) <= 50),
    preferred_industries text[] NOT NULL DEFAULT '{}' CHECK (cardinality(preferred_industries) <= 50),
    skills text[] NOT NULL DEFAULT '{}' CHECK (cardinality(skills) <= 200),
    failed_login_count integer NOT NULL DEFAULT 0 CHECK (failed_login_count >= 0),
    locked_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    last_login_at timestamptz
);

-- Emails are compared without case.
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

-- One row per refresh token. A sign-in opens a family; each refresh uses up one token and adds the next. A used token
-- that comes back was stolen or replayed: its whole family is revoked. Access tokens name their family and end with it.
CREATE TABLE refresh_tokens (
    id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    issued_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    CHECK (expires_at > issued_at)
);

CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id, expires_at DESC);
