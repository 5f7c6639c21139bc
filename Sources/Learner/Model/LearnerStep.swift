/// One answer as every model learns from it: with that part of the person's state which the step reads, so that models on
/// several machines that take the same steps in the same order are the same, bit for bit, without the people.
public struct LearnerStep: Equatable, Sendable {
    public let question: Int32
    /// What the author said of the question; it counts as long as nobody answered.
    public let label: DifficultyLabel?
    public let skills: SkillTags
    /// 0...1
    public let score: Float
    /// On the person's clock.
    public let seconds: Double
    /// The person before the answer; of other questions and skills than the step's it may know nothing.
    public let person: PersonState

    public init(
        question: Int32, label: DifficultyLabel?, skills: SkillTags, score: Float, seconds: Double, person: PersonState
    ) {
        self.question = question
        self.label = label
        self.skills = skills
        self.score = score
        self.seconds = seconds
        self.person = person.excerpt(question: question, skills: skills)
    }
}

extension PersonState {
    /// What a step of this question and these skills reads of the person: 80 bytes stored, 61 a skill, 16 for the question.
    public func excerpt(question: Int32, skills tags: SkillTags) -> PersonState {
        var part = self
        part.skills = []
        part.questions = []
        for index in 0..<tags.count {
            if let trace = trace(of: tags[index]) { part.skills.append(trace) }
        }
        part.skills.sort { $0.skill < $1.skill }
        let place = questionPlace(question)
        if place < questions.count, questions[place].question == question { part.questions = [questions[place]] }
        return part
    }
}

extension LearnerModel {
    /// Makes room for a question and its skills, and believes the label as long as nobody answered.
    public mutating func meet(
        question: Int32, label: DifficultyLabel?, skills: SkillTags
    ) throws(LearnerInputError) {
        var skillCount = 0
        for index in 0..<skills.count { skillCount = max(skillCount, Int(skills[index]) + 1) }
        try grow(questionCount: Int(question) + 1, skillCount: skillCount)
        if self[question].answers == 0 { self[question] = QuestionState(label: label, coefficients: coefficients) }
    }

    /// Learns from a step: what `answer` does to the model.
    /// - Throws: `LearnerInputError`; the model knows the question then and has learned nothing.
    public mutating func take(_ step: LearnerStep) throws(LearnerInputError) {
        try meet(question: step.question, label: step.label, skills: step.skills)
        var person = step.person
        try answer(&person, question: step.question, skills: step.skills, score: step.score, seconds: step.seconds)
    }

    /// What is known of a step's question after the step, which is not taken. Allocates nothing of the model's size.
    /// - Precondition: the model has met question and skills.
    public func question(after step: LearnerStep) -> QuestionState {
        let evidence = evidence(step.person, question: step.question, skills: step.skills, seconds: step.seconds)
        var state = self[step.question]
        state.learn(
            evidence, GaussianStep(evidence, score: step.score), score: step.score,
            precision: 1 / coefficients.beliefs.residualVariance)
        return state
    }
}
