import Catalog
import Foundation
import VectorCollections

/// The items that the engine holds, one type for each collection that anything is stored in.
enum EngineItems {
    static let all: [any EngineItem.Type] = [Question.self, JobDescription.self, UserPattern.self, Answer.self]

    static var collections: [CollectionName] { all.map { $0.collection } }

    static func type(of collection: CollectionName) -> (any EngineItem.Type)? {
        all.first { $0.collection == collection }
    }
}

extension Question: EngineItem {
    var payload: [String: PayloadValue] {
        var payload: [String: PayloadValue] = [
            "question_id": .uuid(id), "text": .text(draft.questionText), "category": .keyword(draft.category),
            "difficulty": .keyword(draft.difficulty.rawValue), "roles": .keywords(draft.compatibleRoles),
            "skills": .keywords(draft.requiredSkills), "industries": .keywords(draft.industryTags),
            "created_at": .datetime(createdAt), "source": .keyword(source.rawValue),
            "status": .keyword(status.rawValue), "usage_count": .integer(Int64(usageCount)),
        ]
        payload["subcategory"] = draft.subcategory.map(PayloadValue.keyword)
        payload["average_score"] = averageScore.map(PayloadValue.float)
        payload["success_rate"] = successRate.map(PayloadValue.float)
        if draft.areSkillsInferred { payload["skills_inferred"] = .bool(true) }
        return payload
    }
}

extension JobDescription: EngineItem {
    var payload: [String: PayloadValue] {
        var payload: [String: PayloadValue] = [
            "role": .keyword(draft.role), "skills": .keywords(draft.skills), "created_at": .datetime(createdAt),
            "text": .text(draft.description),
        ]
        payload["company"] = draft.company.map(PayloadValue.keyword)
        payload["level"] = draft.level.map(PayloadValue.keyword)
        payload["owner_id"] = ownerID.map(PayloadValue.uuid)
        return payload
    }
}

extension Answer: EngineItem {
    var payload: [String: PayloadValue] {
        var payload: [String: PayloadValue] = [
            "user_id": .keyword(userID.uuidString.lowercased()),
            "session_id": .keyword(sessionID.uuidString.lowercased()), "created_at": .datetime(createdAt),
            "text": .text(draft.text),
        ]
        payload["question_id"] = questionID.map { .keyword($0.uuidString.lowercased()) }
        payload["score"] = draft.score.map { .float($0.points) }
        return payload
    }
}

extension UserPattern: EngineItem {
    var payload: [String: PayloadValue] {
        [
            "user_id": .keyword(userID.uuidString.lowercased()), "skill_level": .keyword(draft.skillLevel),
            "learning_style": .keyword(draft.learningStyle), "performance_trend": .float(draft.performanceTrend),
            "created_at": .datetime(createdAt), "pattern_data": .text(draft.text),
            "categories": .keywords(draft.preferredCategories), "strengths": .keywords(draft.strengths),
            "weaknesses": .keywords(draft.weaknesses),
        ]
    }
}
