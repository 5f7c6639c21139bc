import Catalog
import Foundation
import Recommend

/// How people are divided among ways of choosing questions, so that the ways can be compared. A person's arm follows from
/// their id and the experiment's name: it is the same on every instance and every day.
struct CoachExperiment: Sendable {
    struct Arm: Sendable {
        let share: Double
        let policy: CoachPolicy
    }

    /// What is wrong with the file.
    struct FileError: Error, CustomStringConvertible {
        let description: String
    }

    /// Without an experiment all people have the parameters that ship.
    static func standard() throws -> CoachExperiment {
        CoachExperiment(name: nil, arms: [Arm(share: 1, policy: try CoachPolicy())])
    }

    private struct File: Decodable {
        struct Arm: Decodable {
            let share: Double
            let parameters: JSONValue?
        }
        let name: String
        let arms: [Arm]
    }

    /// nil where there is none.
    let name: String?
    let arms: [Arm]

    private init(name: String?, arms: [Arm]) {
        self.name = name
        self.arms = arms
    }

    /// Reads `{"name": …, "arms": [{"share": 0.5}, {"share": 0.5, "parameters": {"band": {"low": 0.5}}}]}`: an arm names
    /// the parameters in which it differs from those that ship.
    /// - Throws: `FileError` that names what is wrong.
    init(json: Data) throws {
        do {
            let file = try JSONDecoder().decode(File.self, from: json)
            guard (1...RecommendationList.Arm.nameLengthMax).contains(file.name.unicodeScalars.count) else {
                throw FileError(
                    description: "name has \(file.name.unicodeScalars.count) characters, allowed are "
                        + "1 to \(RecommendationList.Arm.nameLengthMax)")
            }
            name = file.name
            arms = try file.arms.map { arm in
                Arm(share: arm.share, policy: try CoachPolicy(parameters: try Self.parameters(arm.parameters)))
            }
            // Checks the shares.
            _ = try Variant(person: "", experiment: file.name, shares: arms.map(\.share))
        } catch let error as FileError {
            throw error
        } catch let error as CoachInputError {
            throw FileError(description: "\(error)")
        } catch {
            throw FileError(description: "it is no description of an experiment: \(error)")
        }
    }

    /// The way in which a person's questions are chosen, and the arm that they are in; nil without an experiment.
    func policy(for person: UUID) throws -> (policy: CoachPolicy, arm: RecommendationList.Arm?) {
        guard let name else { return (arms[0].policy, nil) }
        let variant = try Variant(
            person: person.uuidString.lowercased(), experiment: name, shares: arms.map(\.share))
        return (arms[variant.arm].policy, RecommendationList.Arm(experiment: name, number: variant.arm))
    }

    /// The parameters that ship, with what `changes` names put in their place.
    private static func parameters(_ changes: JSONValue?) throws -> CoachParameters {
        guard let changes else { return CoachParameters() }
        let shipped = try JSONValue(
            parsing: String(decoding: try JSONEncoder().encode(CoachParameters()), as: UTF8.self))
        let merged = try merge(changes, into: shipped, path: "parameters")
        return try JSONDecoder().decode(CoachParameters.self, from: Data(try merged.text().utf8))
    }

    private static func merge(_ changes: JSONValue, into base: JSONValue, path: String) throws -> JSONValue {
        guard case .object(var fields) = base else { return changes }
        guard case .object(let changed) = changes else {
            throw FileError(description: "\(path) should be an object")
        }
        for (name, value) in changed.sorted(by: { $0.key < $1.key }) {
            guard let known = fields[name] else {
                throw FileError(
                    description: "\(path).\(name) is unknown, known are \(fields.keys.sorted().joined(separator: ", "))"
                )
            }
            fields[name] = try merge(value, into: known, path: "\(path).\(name)")
        }
        return .object(fields)
    }
}
