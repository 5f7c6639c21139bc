/// What the points of a collection are made of.
public struct CollectionSchema: Sendable, Equatable {
    public static let dimensionMax = 4_096

    public let name: String
    /// The identity of the vectors' model. Vectors of two models never share a collection.
    public let model: String
    /// How many numbers a vector has.
    public let dimension: Int
    public let fields: [String: PayloadKind]

    public init(name: String, model: String, dimension: Int, fields: [String: PayloadKind]) {
        precondition((1...Self.dimensionMax).contains(dimension))
        self.name = name
        self.model = model
        self.dimension = dimension
        self.fields = fields
    }

    public static func jobDescriptions(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            name: "job_descriptions", model: model, dimension: dimension,
            fields: [
                "role": .keyword, "company": .keyword, "level": .keyword, "skills": .keywords, "created_at": .datetime,
                "text": .text,
            ])
    }

    public static func questions(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            name: "questions", model: model, dimension: dimension,
            fields: [
                "question_id": .uuid, "session_id": .keyword, "difficulty": .keyword, "category": .keyword,
                "subcategory": .keyword, "roles": .keywords, "skills": .keywords, "industries": .keywords,
                "source": .keyword, "status": .keyword, "usage_count": .integer, "average_score": .float,
                "success_rate": .float, "created_at": .datetime, "text": .text,
            ])
    }

    public static func answers(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            name: "answers", model: model, dimension: dimension,
            fields: [
                "user_id": .keyword, "question_id": .keyword, "session_id": .keyword, "score": .float,
                "created_at": .datetime, "text": .text,
            ])
    }

    public static func userPatterns(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            name: "user_patterns", model: model, dimension: dimension,
            fields: [
                "user_id": .keyword, "skill_level": .keyword, "learning_style": .keyword, "performance_trend": .float,
                "created_at": .datetime, "pattern_data": .text,
            ])
    }
}
