-- What people were recommended and what they made of it.

-- One list. The same list of a day is one row, however often it is asked for. arm is the place among the arms of an
-- experiment, which decided the parameters of the coach; NULL without one.
CREATE TABLE recommendations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT recommendations_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    content_type text NOT NULL CHECK (content_type IN ('questions', 'scenarios', 'job_descriptions')),
    list_hash bytea NOT NULL CHECK (octet_length(list_hash) = 32),
    experiment text CHECK (char_length(experiment) BETWEEN 1 AND 100),
    arm integer CHECK (arm BETWEEN 0 AND 15),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT recommendations_once UNIQUE (user_id, list_hash),
    CONSTRAINT recommendations_of_person UNIQUE (id, user_id),
    CHECK ((experiment IS NULL) = (arm IS NULL))
);
CREATE INDEX recommendations_user ON recommendations (user_id, created_at DESC, id);
CREATE INDEX recommendations_age ON recommendations (created_at);

-- propensity is the probability with which the place fell to the item. expected is the probability of a good answer, NULL
-- where nothing is known of it.
CREATE TABLE recommendation_items (
    recommendation_id uuid NOT NULL,
    place integer NOT NULL CHECK (place BETWEEN 1 AND 50),
    user_id uuid NOT NULL,
    question_id uuid REFERENCES questions (id) ON DELETE CASCADE,
    scenario_id text REFERENCES scenarios (id) ON DELETE CASCADE,
    job_description_id uuid REFERENCES job_descriptions (id) ON DELETE CASCADE,
    source text NOT NULL
        CHECK (source IN ('similar_user', 'weak_skill', 'due_review', 'content', 'popular', 'explore')),
    propensity double precision NOT NULL CHECK (propensity > 0 AND propensity <= 1),
    expected double precision CHECK (expected BETWEEN 0 AND 1),
    PRIMARY KEY (recommendation_id, place),
    CONSTRAINT recommendation_items_list FOREIGN KEY (recommendation_id, user_id)
        REFERENCES recommendations (id, user_id) ON DELETE CASCADE,
    CHECK (num_nonnulls(question_id, scenario_id, job_description_id) = 1)
);
CREATE INDEX recommendation_items_question ON recommendation_items (question_id, user_id);
CREATE INDEX recommendation_items_scenario ON recommendation_items (scenario_id) WHERE scenario_id IS NOT NULL;
CREATE INDEX recommendation_items_job_description ON recommendation_items (job_description_id)
    WHERE job_description_id IS NOT NULL;

-- Each kind once for each item.
CREATE TABLE recommendation_feedback (
    recommendation_id uuid NOT NULL,
    place integer NOT NULL,
    kind text NOT NULL CHECK (kind IN
        ('shown', 'accepted', 'skipped', 'saved', 'too_easy', 'too_hard', 'irrelevant', 'reported')),
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (recommendation_id, place, kind),
    FOREIGN KEY (recommendation_id, place) REFERENCES recommendation_items (recommendation_id, place)
        ON DELETE CASCADE,
    FOREIGN KEY (recommendation_id, user_id) REFERENCES recommendations (id, user_id) ON DELETE CASCADE
);

-- What a person's reactions tell of their next lists; it outlives the lists.
CREATE TABLE coach_people (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    feedback bytea NOT NULL CHECK (octet_length(feedback) BETWEEN 2 AND 4000000),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- How people reacted to each question, all together; it outlives the lists. An item counts as shown once, whichever
-- reaction told of it, and a question as reported once for each person.
CREATE TABLE question_reactions (
    question_id uuid PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
    shown_count bigint NOT NULL DEFAULT 0 CHECK (shown_count >= 0),
    skipped_count bigint NOT NULL DEFAULT 0 CHECK (skipped_count >= 0),
    reported_count bigint NOT NULL DEFAULT 0 CHECK (reported_count >= 0)
);

-- What people answered next after a question, counted by people: only steps that at least five different ones took, and
-- the most taken of each question. A job makes the rows anew.
CREATE TABLE question_steps (
    from_id uuid NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    to_id uuid NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    people integer NOT NULL CHECK (people >= 5),
    share double precision NOT NULL CHECK (share > 0 AND share <= 1),
    PRIMARY KEY (from_id, to_id)
);
CREATE INDEX question_steps_to ON question_steps (to_id);

-- How useful questions were to people whose answers went like this person's, 0..1: figures of at least five of them each,
-- made when the person had so many answers. Nothing here leads to one of them.
CREATE TABLE coach_neighbours (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    questions uuid[] NOT NULL CHECK (cardinality(questions) <= 200),
    scores double precision[] NOT NULL CHECK (cardinality(scores) = cardinality(questions)),
    learned_count integer NOT NULL CHECK (learned_count >= 0),
    made_at timestamptz NOT NULL DEFAULT now()
);

-- The latest answers to a question.
CREATE INDEX answers_question_latest ON answers (question_id, created_at DESC);
DROP INDEX answers_question;

ALTER TABLE recommendations ENABLE ROW LEVEL SECURITY;
ALTER TABLE recommendations FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON recommendations USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE recommendation_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE recommendation_items FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON recommendation_items USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE recommendation_feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE recommendation_feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON recommendation_feedback USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE coach_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE coach_people FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON coach_people USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE coach_neighbours ENABLE ROW LEVEL SECURITY;
ALTER TABLE coach_neighbours FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON coach_neighbours USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
