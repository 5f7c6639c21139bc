import Crypto
public import Foundation
public import Storage

/// What a caller may set of a question, checked against the limits of the catalog.
public struct QuestionDraft: Sendable, Equatable {
    public static let textLength = 5...2_000
    public static let skillsMax = 50

    public let questionText: String
    /// Such as technical, behavioral, system_design, leadership or situational; lower case.
    public let category: String
    public let subcategory: String?
    public let difficulty: Difficulty
    /// Role keys or titles, most fitting first.
    public let compatibleRoles: [String]
    public let requiredSkills: [String]
    public let industryTags: [String]
    /// What a strong answer shows.
    public let strongAnswer: String?
    /// A JSON object of the caller's own.
    public let metadata: JSONText

    /// The same question with skills that were found in its text, which its metadata tells in `skills_inferred`. Without any
    /// found, or with skills of its own, it stays as it is.
    /// - Throws: `ValidationError` when the metadata would grow beyond its limit or is no object.
    public func inferring(skills: [String]) throws -> QuestionDraft {
        guard requiredSkills.isEmpty, !skills.isEmpty else { return self }
        return try adding(Self.inferredKey, true, skills: Array(skills.prefix(Self.skillsMax)))
    }

    /// Whether its metadata tells so.
    public var areSkillsInferred: Bool {
        // Most have no such metadata, and are not parsed for it.
        guard metadata.text.contains(Self.inferredKey) else { return false }
        do {
            let fields = try JSONSerialization.jsonObject(with: Data(metadata.text.utf8)) as? [String: Any]
            return fields?[Self.inferredKey] as? Bool ?? false
        } catch {
            // Text that is no JSON object says nothing of its skills; what stores it refuses it.
            return false
        }
    }

    private static let inferredKey = "skills_inferred"

    /// The same question, whose metadata tells that it says nearly the same as another, in `variant_of`.
    /// - Throws: `ValidationError` when the metadata would grow beyond its limit or is no object.
    public func asVariant(of other: UUID) throws -> QuestionDraft {
        try adding("variant_of", other.uuidString.lowercased(), skills: requiredSkills)
    }

    private func adding(_ key: String, _ value: Any, skills: [String]) throws -> QuestionDraft {
        let issue = FieldIssue(
            type: "object_type", field: "question_metadata", message: "Input should be an object")
        guard var fields = try JSONSerialization.jsonObject(with: Data(metadata.text.utf8)) as? [String: Any] else {
            throw ValidationError([issue])
        }
        fields[key] = value
        let text = try JSONSerialization.data(withJSONObject: fields, options: .sortedKeys)
        return try QuestionDraft(
            questionText: questionText, category: category, subcategory: subcategory, difficulty: difficulty.rawValue,
            compatibleRoles: compatibleRoles, requiredSkills: skills, industryTags: industryTags,
            strongAnswer: strongAnswer, metadata: JSONText(String(decoding: text, as: UTF8.self)))
    }

    /// - Throws: `ValidationError` with every field that is out of its limits.
    public init(
        questionText: String, category: String, subcategory: String? = nil, difficulty: String,
        compatibleRoles: [String] = [], requiredSkills: [String] = [], industryTags: [String] = [],
        strongAnswer: String? = nil, metadata: JSONText? = nil
    ) throws {
        var check = FieldCheck()
        let text = check.text(questionText, "question_text", in: Self.textLength)
        let checkedCategory = check.text(category, "category", in: 1...100).lowercased()
        let checkedSubcategory = check.text(subcategory, "subcategory", in: 1...100)
        let level: Difficulty? = check.choice(difficulty, "difficulty_level")
        let roles = check.texts(compatibleRoles, "compatible_roles", countMax: 50, lengthMax: 100)
        let skills = check.texts(requiredSkills, "required_skills", countMax: Self.skillsMax, lengthMax: 100)
        let industries = check.texts(industryTags, "industry_tags", countMax: 50, lengthMax: 100)
        let answer = check.text(strongAnswer, "strong_answer", in: 1...4_000)
        if !text.isEmpty, Self.normalized(text).isEmpty {
            let message = "Text should hold at least one letter or digit"
            check.add(FieldIssue(type: "string_invalid", field: "question_text", message: message, input: text))
        }
        if let metadata, metadata.text.utf8.count > 20_000 {
            let message = "JSON should have at most 20000 bytes, this has \(metadata.text.utf8.count)"
            check.add(FieldIssue(type: "too_long", field: "question_metadata", message: message))
        }
        try check.finish()
        self.init(
            unchecked: text, category: checkedCategory, subcategory: checkedSubcategory, difficulty: level ?? .medium,
            compatibleRoles: roles, requiredSkills: skills, industryTags: industries, strongAnswer: answer,
            metadata: metadata ?? JSONText("{}"))
    }

    /// For rows that the database has checked.
    init(
        unchecked questionText: String, category: String, subcategory: String?, difficulty: Difficulty,
        compatibleRoles: [String], requiredSkills: [String], industryTags: [String], strongAnswer: String?,
        metadata: JSONText
    ) {
        self.questionText = questionText
        self.category = category
        self.subcategory = subcategory
        self.difficulty = difficulty
        self.compatibleRoles = compatibleRoles
        self.requiredSkills = requiredSkills
        self.industryTags = industryTags
        self.strongAnswer = strongAnswer
        self.metadata = metadata
    }

    /// Two drafts with the same hash are the same question: SHA-256 of the normalised text, 32 bytes.
    public var contentHash: [UInt8] { Array(SHA256.hash(data: Array(Self.normalized(questionText).utf8))) }

    /// The SHA-256 of the text that is embedded, 32 bytes: a vector is kept as long as this does not change.
    public var embeddedTextHash: [UInt8] { Array(SHA256.hash(data: Array(questionText.utf8))) }

    /// Lower case, letters and digits only (and `+` and `#`, which tell C, C++ and C# apart), words apart by one space.
    public static func normalized(_ text: String) -> String {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars {
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "+" || scalar == "#"
            {
                word.append(scalar)
            } else if !word.isEmpty, scalar != "'", scalar != "’" {
                words.append(String(word))
                word = String.UnicodeScalarView()
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words.joined(separator: " ")
    }
}
