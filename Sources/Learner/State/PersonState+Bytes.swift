extension PersonState {
    /// The state for a row of a database: 80 bytes, 61 a skill and 16 a question met.
    public func bytes(coefficients: LearnerCoefficients) -> [UInt8] {
        var writer = StateWriter(
            kind: StateHeader.person, mark: coefficients.mark, capacity: 80 + 61 * skills.count + 16 * questions.count)
        writer.put(ability)
        writer.put(answers)
        writer.put(seconds)
        writer.put(recentSum)
        writer.put(recentWeight)
        writer.put(surprise)
        writer.put(lastSkill)
        writer.put(lastQuestion)
        writer.put(lastGood)
        writer.put(questionBefore)
        writer.put(questionBeforeGood)
        writer.put(earlierSkill)
        writer.put(earlierGood)
        writer.put(sameSkillRun)
        writer.put(UInt32(skills.count))
        for trace in skills {
            writer.put(trace.skill)
            writer.put(trace.residual)
            writer.put(trace.tries)
            writer.put(trace.successes)
            writer.put(trace.failures)
            writer.put(trace.recent)
            writer.put(trace.trend)
            writer.put(trace.streak)
            writer.put(trace.history)
            writer.put(trace.lastStep)
            writer.put(trace.lastSeconds)
            writer.put(trace.halfLifeLog2)
            writer.put(trace.error)
            writer.put(trace.moved)
        }
        writer.put(UInt32(questions.count))
        for trace in questions {
            writer.put(trace.question)
            writer.put(trace.tries)
            writer.put(trace.lastScore)
            writer.put(trace.lastStep)
        }
        return writer.finished()
    }

    /// - Throws: `LearnerStateError` where the bytes are damaged, of another version or of other coefficients.
    public init(bytes: [UInt8], coefficients: LearnerCoefficients) throws(LearnerStateError) {
        var reader = try StateReader(bytes, kind: StateHeader.person, mark: coefficients.mark)
        self.init(coefficients: coefficients)
        ability = try reader.gaussian()
        answers = try reader.integer(Int32.self)
        seconds = try reader.double()
        recentSum = try reader.float()
        recentWeight = try reader.float()
        surprise = try reader.float()
        lastSkill = try reader.integer(Int32.self)
        lastQuestion = try reader.integer(Int32.self)
        lastGood = try reader.flag()
        questionBefore = try reader.integer(Int32.self)
        questionBeforeGood = try reader.flag()
        earlierSkill = try reader.integer(Int32.self)
        earlierGood = try reader.flag()
        sameSkillRun = try reader.float()
        let skillCount = try reader.count("skills", max: Self.skillsMax)
        for _ in 0..<skillCount { skills.append(try SkillTrace(&reader)) }
        let questionCount = try reader.count("questions", max: Self.questionsMax)
        for _ in 0..<questionCount {
            var trace = QuestionTrace(question: try reader.integer(Int32.self))
            trace.tries = try reader.float()
            trace.lastScore = try reader.float()
            trace.lastStep = try reader.integer(Int32.self)
            questions.append(trace)
        }
        try reader.finish()
    }
}

extension SkillTrace {
    init(_ reader: inout StateReader) throws(LearnerStateError) {
        self.init(skill: try reader.integer(Int32.self), residual: try reader.gaussian(), halfLifeLog2: 0)
        tries = try reader.float()
        successes = try reader.float()
        failures = try reader.float()
        recent = try reader.float()
        trend = try reader.float()
        streak = try reader.float()
        let outcomes = try reader.integer(UInt8.self)
        // It indexes a table of 32.
        guard (1...31).contains(outcomes) else {
            throw .length(field: "a skill's last outcomes", received: Int(outcomes), allowed: "1 to 31")
        }
        history = outcomes
        lastStep = try reader.integer(Int32.self)
        lastSeconds = try reader.double()
        halfLifeLog2 = try reader.float()
        guard reader.version >= 2 else { return }
        error = try reader.float()
        moved = try reader.float()
    }
}
