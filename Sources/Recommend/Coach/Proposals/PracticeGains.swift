public import Learner

/// Tells from one person's answers in a row how much better they did after each: what `SimilarPeople` aggregates.
public enum PracticeGains {
    public struct Answer: Equatable, Sendable {
        public var question: Int32
        public var skills: SkillTags
        /// 0...1
        public var score: Double

        public init(question: Int32, skills: SkillTags, score: Double) {
            self.question = question
            self.skills = skills
            self.score = score
        }
    }

    /// Answers of a like skill that are compared on either side, and how far they are looked for.
    private static let compared = 3
    private static let reach = 40

    /// The outcome of each answer, in order. The gain is the mean score of the next answers that share a skill, less that
    /// of those before; nil where there are none on one of the sides. O(answers × `reach`).
    ///
    /// - Parameter answers: the oldest first.
    public static func outcomes(_ answers: [Answer]) -> [PracticeOutcome] {
        answers.indices.map { place in
            let before = mean(answers, of: place, among: (max(0, place - reach)..<place).reversed())
            let after = mean(answers, of: place, among: Array((place + 1)..<min(answers.count, place + 1 + reach)))
            let gain = before.flatMap { before in after.map { $0 - before } }
            return PracticeOutcome(question: answers[place].question, score: answers[place].score, gain: gain)
        }
    }

    private static func mean(_ answers: [Answer], of place: Int, among places: [Int]) -> Double? {
        var sum = 0.0
        var count = 0
        for other in places where shareSkill(answers[other].skills, answers[place].skills) {
            sum += answers[other].score
            count += 1
            if count == compared { break }
        }
        return count == 0 ? nil : sum / Double(count)
    }

    private static func shareSkill(_ left: SkillTags, _ right: SkillTags) -> Bool {
        for index in 0..<left.count where right.contains(left[index]) { return true }
        return false
    }
}
