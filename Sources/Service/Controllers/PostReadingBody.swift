import Recommend

/// What was read from a job post, as callers see it.
struct PostReadingBody: Encodable {
    /// Offsets count Unicode code points from the start of the post; `end` is the first one behind the sentence.
    struct Sentence: Encodable {
        let text: String
        let start: Int
        let end: Int
        let part: String
        /// What being in this part is worth to a need; 0 asks for nothing.
        let weight: Double

        init(_ sentence: PostSentence) {
            text = sentence.text
            (start, end) = (sentence.range.lowerBound, sentence.range.upperBound)
            part = sentence.part.rawValue
            weight = sentence.part.weight
        }
    }

    struct NeedBody: Encodable {
        let need: String
        /// `skill` or `duty`.
        let kind: String
        let weight: Double
        let years: Int?
        let sentences: [Sentence]
    }

    struct RoleBody: Encodable {
        let role: String
        let title: String
        let field: String
    }

    struct SeniorityBody: Encodable {
        let level: String
        let evidence: String
    }

    let sentences: [Sentence]
    let needs: [NeedBody]
    let excludedSkills: [String]
    let seniority: SeniorityBody?
    let years: Int?
    let roles: [RoleBody]
    /// Of the first role; nil where the title names none that is known.
    let industry: String?

    init(_ reading: PostReading) {
        sentences = reading.analysis.sentences.map(Sentence.init)
        needs = reading.analysis.needs.map { need in
            NeedBody(
                need: need.name, kind: need.kind == .duty ? "duty" : "skill", weight: need.weight, years: need.years,
                sentences: need.sentences.map(Sentence.init))
        }
        excludedSkills = reading.analysis.excludedSkills
        if let level = reading.seniority, let evidence = reading.seniorityEvidence {
            seniority = SeniorityBody(level: level.rawValue, evidence: evidence.rawValue)
        } else {
            seniority = nil
        }
        years = reading.years
        roles = reading.roles.map { RoleBody(role: $0.role, title: $0.title, field: $0.field) }
        industry = reading.roles.first?.field
    }
}
