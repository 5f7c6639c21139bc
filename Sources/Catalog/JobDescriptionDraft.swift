import Crypto

/// What a caller may set of a job description, checked against the limits of the catalog.
public struct JobDescriptionDraft: Sendable, Equatable {
    public static let descriptionLength = 1...50_000

    /// The post's text.
    public let description: String
    /// The job's title.
    public let role: String
    public let company: String?
    /// Such as junior, mid or senior.
    public let level: String?
    public let skills: [String]

    /// - Throws: `ValidationError` with every field that is out of its limits.
    public init(
        description: String, role: String, company: String? = nil, level: String? = nil, skills: [String] = []
    ) throws {
        var check = FieldCheck()
        self.description = check.text(description, "job_description", in: Self.descriptionLength)
        self.role = check.text(role, "role", in: 1...200)
        self.company = check.text(company, "company", in: 1...200)
        self.level = check.text(level, "level", in: 1...100)
        self.skills = check.texts(skills, "skills", countMax: 100, lengthMax: 100)
        try check.finish()
    }

    /// For rows that the database has checked.
    init(unchecked description: String, role: String, company: String?, level: String?, skills: [String]) {
        self.description = description
        self.role = role
        self.company = company
        self.level = level
        self.skills = skills
    }

    /// The SHA-256 of the text that is embedded, 32 bytes.
    public var embeddedTextHash: [UInt8] { Array(SHA256.hash(data: Array(description.utf8))) }
}
