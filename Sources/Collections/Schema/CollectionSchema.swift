/// What a collection holds: vectors of one model, and fields of fixed kinds.
public struct CollectionSchema: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public let name: String
        public let kind: FieldKind

        public init(_ name: String, _ kind: FieldKind) {
            self.name = name
            self.kind = kind
        }
    }

    public static let fieldsMax = 64

    public let name: String
    /// The identity of the model that made the vectors. Vectors of two models never share a collection.
    public let model: String
    /// 1...4096
    public let dimension: Int
    public let fields: [Field]

    /// - Throws: `SchemaError` for a dimension out of range, too many fields, an empty or repeated name.
    public init(name: String, model: String, dimension: Int, fields: [Field]) throws(SchemaError) {
        guard (1...Kernels.dimensionMax).contains(dimension) else {
            throw SchemaError.dimensionOutOfRange(collection: name, dimension: dimension)
        }
        guard fields.count <= Self.fieldsMax else {
            throw SchemaError.tooManyFields(collection: name, count: fields.count)
        }
        var seen: Set<String> = []
        for field in fields where field.name.isEmpty || !seen.insert(field.name).inserted {
            throw SchemaError.emptyOrRepeatedField(collection: name, field: field.name)
        }
        self.init(checked: name, model: model, dimension: dimension, fields: fields)
    }

    private init(checked name: String, model: String, dimension: Int, fields: [Field]) {
        precondition(
            (1...Kernels.dimensionMax).contains(dimension), "a vector has 1 to 4096 dimensions, not \(dimension)")
        self.name = name
        self.model = model
        self.dimension = dimension
        self.fields = fields
    }

    public func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

    // MARK: The product's collections. The dimension must be in 1...4096.

    public static func jobDescriptions(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            checked: "job_descriptions", model: model, dimension: dimension,
            fields: [
                Field("role", .keyword), Field("company", .keyword), Field("level", .keyword),
                Field("skills", .keywords), Field("created_at", .datetime), Field("text", .text),
                Field("owner_id", .uuid),
            ])
    }

    public static func questions(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            checked: "questions", model: model, dimension: dimension,
            fields: [
                Field("session_id", .keyword), Field("question_id", .uuid), Field("difficulty", .keyword),
                Field("category", .keyword), Field("subcategory", .keyword), Field("source", .keyword),
                Field("status", .keyword), Field("roles", .keywords), Field("skills", .keywords),
                Field("industries", .keywords), Field("created_at", .datetime), Field("text", .text),
                Field("usage_count", .integer), Field("average_score", .float), Field("success_rate", .float),
                Field("skills_inferred", .bool),
            ])
    }

    public static func answers(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            checked: "answers", model: model, dimension: dimension,
            fields: [
                Field("user_id", .keyword), Field("question_id", .keyword), Field("session_id", .keyword),
                Field("score", .float), Field("created_at", .datetime), Field("text", .text),
            ])
    }

    public static func userPatterns(dimension: Int, model: String) -> CollectionSchema {
        CollectionSchema(
            checked: "user_patterns", model: model, dimension: dimension,
            fields: [
                Field("user_id", .keyword), Field("skill_level", .keyword), Field("learning_style", .keyword),
                Field("performance_trend", .float), Field("created_at", .datetime), Field("pattern_data", .text),
                Field("categories", .keywords), Field("strengths", .keywords), Field("weaknesses", .keywords),
            ])
    }
}

/// Why a schema is not possible.
public enum SchemaError: Error, Equatable, CustomStringConvertible {
    case dimensionOutOfRange(collection: String, dimension: Int)
    case tooManyFields(collection: String, count: Int)
    case emptyOrRepeatedField(collection: String, field: String)

    public var description: String {
        switch self {
        case .dimensionOutOfRange(let collection, let dimension):
            "collection \(collection): \(dimension) dimensions, allowed are 1 to \(Kernels.dimensionMax)"
        case .tooManyFields(let collection, let count):
            "collection \(collection): \(count) fields, allowed are \(CollectionSchema.fieldsMax)"
        case .emptyOrRepeatedField(let collection, let field):
            "collection \(collection): the field name '\(field)' is empty or stands twice"
        }
    }
}
