/// Everything that is read from a post, for those who want to see it.
public struct PostReading: Sendable {
    public let analysis: PostAnalysis
    /// nil where the post says nothing of it.
    public let seniority: Seniority?
    public let seniorityEvidence: Seniority.Evidence?
    /// The roles of the bank that the title names, the fullest match first; empty for an unknown one.
    public let roles: [Role]
    /// The most years of experience that it asks for with any skill; nil where it names none.
    public let years: Int?
}

extension PostReader {
    /// Reads a post and its title. Deterministic; O(length of the post).
    public func reading(of post: String, role: String, roles: RolesCatalog) -> PostReading {
        let analysis = read(post, role: role)
        let words = analysis.sentences.filter { $0.part.weight > 0 }.map { sentence in
            let text = ScannedText(sentence.text)
            return text.words(in: 0..<text.scalars.count)
        }
        let years = words.compactMap(Years.asked).max()
        let title = ScannedText(role)
        let seniority = SeniorityReader().read(
            title: title.words(in: 0..<title.scalars.count), years: years, sentences: words)
        return PostReading(
            analysis: analysis, seniority: seniority?.0, seniorityEvidence: seniority?.1, roles: roles.named(in: role),
            years: years)
    }
}
