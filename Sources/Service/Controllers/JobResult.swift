import Foundation
import Recommend

/// A job description found, as callers see it. Its fields stand twice, on top and in `metadata`, because older clients
/// look there.
struct JobResult: Encodable {
    struct Fields: Encodable {
        let role: String?
        let company: String?
        let level: String?
        let skills: [String]
    }

    let id: String
    let score: Double
    let text: String
    let role: String?
    let company: String?
    let level: String?
    let metadata: Fields

    init(_ hit: JobHit) {
        id = hit.id.uuidString.lowercased()
        score = hit.score
        text = hit.text
        role = hit.role
        company = hit.company
        level = hit.level
        metadata = Fields(role: hit.role, company: hit.company, level: hit.level, skills: hit.skills)
    }
}
