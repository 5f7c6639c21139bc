extension LearnerModel {
    /// All shared state: about 1.6 MB, 60 bytes a question and 860 a skill.
    public func bytes() -> [UInt8] {
        var writer = StateWriter(
            kind: StateHeader.model, mark: coefficients.mark,
            capacity: 8 * (skillOrder.count + questionOrder.count) + 60 * questions.count + 860 * skills.count + 4_096)
        writer.put(Int64(answers))
        writer.put(UInt32(questions.count))
        for question in questions { question.write(&writer) }
        writer.put(UInt32(skills.count))
        for skill in skills {
            writer.put(skill.ease)
            writer.put(skill.answers)
            writer.put(skill.slopes)
            writer.put(skill.slopeSquares)
            writer.put(skill.typical)
        }
        for cell in historyCells { writer.put(cell) }
        for cell in runCells { writer.put(cell) }
        for cell in skillOrder { writer.put(cell) }
        for cell in questionOrder { writer.put(cell) }
        writer.put(sharedSlopes)
        writer.put(calibration)
        writer.put(goodCurve)
        writer.put(mixer.answers)
        for list in mixer.weights { writer.put(list) }
        return writer.finished()
    }

    /// - Throws: `LearnerStateError` where the bytes are damaged, of another version or of other coefficients;
    ///   `CoefficientsError`.
    public init(bytes: [UInt8], coefficients: LearnerCoefficients) throws {
        var reader = try StateReader(bytes, kind: StateHeader.model, mark: coefficients.mark)
        try self.init(coefficients: coefficients)
        answers = Int(try reader.integer(Int64.self))
        let questionCount = try reader.count("questions", max: Self.questionsMax)
        questions.reserveCapacity(questionCount)
        for _ in 0..<questionCount { questions.append(try QuestionState(&reader)) }
        let skillCount = try reader.count("skills", max: Self.skillsMax)
        for _ in 0..<skillCount {
            var skill = SkillState(easeVariance: 0)
            skill.ease = try reader.gaussian()
            skill.answers = try reader.float()
            skill.slopes = try reader.vector(SIMD8<Float>.self)
            skill.slopeSquares = try reader.vector(SIMD8<Float>.self)
            skill.typical = try reader.vector(SIMD4<Float>.self)
            skills.append(skill)
        }
        for _ in 0..<(32 * skillCount) { historyCells.append(try reader.rate()) }
        for _ in 0..<(64 * skillCount) { runCells.append(try reader.rate()) }
        for index in skillOrder.indices { skillOrder[index] = try reader.context() }
        for index in questionOrder.indices { questionOrder[index] = try reader.context() }
        sharedSlopes = try reader.vector(SIMD8<Float>.self)
        if reader.version >= 2 {
            calibration = try Calibration(&reader)
            goodCurve = try GoodCurve(&reader)
        }
        mixer.answers = try reader.float()
        for index in mixer.weights.indices { mixer.weights[index] = try reader.features() }
        try reader.finish()
    }
}
