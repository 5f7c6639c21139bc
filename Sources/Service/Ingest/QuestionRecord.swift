import Catalog
import Storage

/// A question as a file or a bulk import gives it, before it is checked. Old seed files use some other names.
struct QuestionRecord: Sendable {
    /// The line (from 1), the row or the path in the file, for messages.
    let place: String
    var fields: [String: JSONValue]

    /// - Throws: `ValidationError` that names every field with a problem.
    func draft() throws -> QuestionDraft {
        var issues: [FieldIssue] = []
        let text = self.text(["question_text", "question", "text"], &issues)
        let category = self.text(["category"], &issues)
        let difficulty = self.text(["difficulty_level", "difficulty"], &issues)
        let subcategory = self.text(["subcategory", "topic"], &issues)
        let answer = self.text(["strong_answer"], &issues)
        let roles = texts(["compatible_roles", "roles"], &issues)
        let skills = texts(["required_skills", "skills"], &issues)
        let industries = texts(["industry_tags", "industries"], &issues)
        let metadata = try object("question_metadata", &issues)
        if text == nil { issues.append(Self.missing("question_text")) }
        if category == nil { issues.append(Self.missing("category")) }
        guard issues.isEmpty, let text, let category else { throw ValidationError(issues) }
        return try QuestionDraft(
            questionText: text, category: category, subcategory: subcategory, difficulty: difficulty ?? "medium",
            compatibleRoles: roles, requiredSkills: skills, industryTags: industries, strongAnswer: answer,
            metadata: metadata)
    }

    private static func missing(_ field: String) -> FieldIssue {
        FieldIssue(type: "missing", field: field, message: "Field required")
    }

    private func text(_ names: [String], _ issues: inout [FieldIssue]) -> String? {
        for name in names {
            switch fields[name] {
            case nil, .null: continue
            case .string(let text): return text
            case .integer(let number): return String(number)
            default:
                issues.append(FieldIssue(type: "type_error", field: name, message: "Input should be a string"))
                return nil
            }
        }
        return nil
    }

    private func texts(_ names: [String], _ issues: inout [FieldIssue]) -> [String] {
        for name in names {
            switch fields[name] {
            case nil, .null: continue
            case .string(let text):
                return text.split(whereSeparator: { ";|,".contains($0) }).map(String.init)
            case .array(let values):
                return values.enumerated().compactMap { index, value in
                    if case .string(let text) = value { return text }
                    let field = [name, String(index)]
                    issues.append(FieldIssue(type: "type_error", field: field, message: "Input should be a string"))
                    return nil
                }
            default:
                issues.append(FieldIssue(type: "type_error", field: name, message: "Input should be a list of strings"))
                return []
            }
        }
        return []
    }

    private func object(_ name: String, _ issues: inout [FieldIssue]) throws -> JSONText? {
        switch fields[name] {
        case nil, .null: return nil
        case .object(let value): return JSONText(try JSONValue.object(value).text())
        default:
            issues.append(FieldIssue(type: "type_error", field: name, message: "Input should be an object"))
            return nil
        }
    }
}
