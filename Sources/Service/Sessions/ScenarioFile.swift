import Catalog
import Foundation

/// The scenarios that ship, one JSON object a line.
struct ScenarioFile: Sendable {
    let scenarios: [Scenario]

    private struct Line: Decodable {
        let scenario: String
        let title: String
        let description: String
        let role: String
        let difficultyLevel: Difficulty
        let focusSkills: [String]
        let questionCount: Int
    }

    /// - Throws: `ScenarioFileError` that names the line.
    init(contentsOf file: URL) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let text = try String(contentsOf: file, encoding: .utf8)
        scenarios = try text.split(separator: "\n").enumerated().map { number, line in
            do {
                let line = try decoder.decode(Line.self, from: Data(line.utf8))
                return Scenario(
                    id: line.scenario, title: line.title, description: line.description, role: line.role,
                    difficulty: line.difficultyLevel, focusSkills: line.focusSkills, questionCount: line.questionCount)
            } catch {
                throw ScenarioFileError(file: file.lastPathComponent, line: number + 1, problem: "\(error)")
            }
        }
    }
}

struct ScenarioFileError: Error, CustomStringConvertible {
    let file: String
    /// From 1.
    let line: Int
    let problem: String

    var description: String { "\(file), line \(line): \(problem)" }
}
