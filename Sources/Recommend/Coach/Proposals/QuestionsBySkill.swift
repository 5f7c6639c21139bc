public import Learner

/// The bank by skill: which questions practise it, the most practised first.
public struct QuestionsBySkill: Sendable {
    /// Questions kept of a skill.
    public static let perSkillMax = 2_000

    private var questions: [Int32: [Int32]] = [:]

    /// Of questions with their skills and how much each is practised. O(questions × log questions).
    public init(_ bank: some Sequence<(question: Int32, skills: SkillTags, popularity: Double)>) {
        for entry in bank.sorted(by: { ($1.popularity, $0.question) < ($0.popularity, $1.question) }) {
            for index in 0..<entry.skills.count {
                let skill = entry.skills[index]
                guard questions[skill, default: []].count < Self.perSkillMax else { continue }
                questions[skill, default: []].append(entry.question)
            }
        }
    }

    /// The questions of a skill; none for a skill that the bank does not have.
    public subscript(skill: Int32) -> [Int32] { questions[skill] ?? [] }

    public var skills: [Int32] { questions.keys.sorted() }
}
