-- Rows of people are seen by whom the transaction acts for: greenroom.person is a person's id, or 'all' for what the
-- service does for everybody (following the log, recounting, administrators). Without it no row is seen. It holds for
-- the owner of the tables too, and not for superusers.
CREATE FUNCTION acts_for(person uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $function$
    SELECT current_setting('greenroom.person', true) IN ('all', person::text)
$function$;

ALTER TABLE interview_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE interview_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON interview_sessions USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON answers USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE user_patterns ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_patterns FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON user_patterns USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE user_performance ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_performance FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON user_performance USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));
ALTER TABLE learner_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE learner_people FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON learner_people USING (acts_for(user_id)) WITH CHECK (acts_for(user_id));

-- A partition that is read by its own name, as dumps do, follows its own policy and not that of the whole.
CREATE FUNCTION protect_answer_partitions() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'answers'::regclass LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_policy WHERE polrelid = part);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY own ON %s USING (acts_for(user_id)) WITH CHECK (acts_for(user_id))', part);
    END LOOP;
END
$function$;
SELECT protect_answer_partitions();
