/**
 * Provisional: written from the API's description in the shape that `npm run gen-api` makes, until the server's
 * document is there to generate it from.
 */

export interface paths {
    "/api/v1/session": {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        get: operations["get_session"];
        put?: never;
        post: operations["create_session"];
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/confirm": {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        get?: never;
        put?: never;
        post: operations["confirm_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        get?: never;
        put?: never;
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        get: operations["list_users"];
        put?: never;
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{username}": {
        parameters: { query?: never; header?: never; path: { username: string; }; cookie?: never };
        get: operations["get_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["update_user"];
        trace?: never;
    };
    "/api/v1/users/{username}/password": {
        parameters: { query?: never; header?: never; path: { username: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["reset_user_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands": {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        get: operations["list_brands"];
        put?: never;
        post: operations["create_brand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["get_brand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/members": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/members/{username}": {
        parameters: { query?: never; header?: never; path: { brand: string; username: string; }; cookie?: never };
        get?: never;
        put: operations["put_member"];
        post?: never;
        delete: operations["delete_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/keys": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_keys"];
        put?: never;
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/keys/{id}": {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["delete_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/audit": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_brand_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/assets": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["get_assets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/trend": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["get_trend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/flow": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["get_flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/overview": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["get_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/flow/people": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_flow_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/selections": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_selections"];
        put?: never;
        post: operations["create_selection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/selections/{id}": {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        get: operations["get_selection"];
        put?: never;
        post?: never;
        delete: operations["delete_selection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/selections/{id}/people": {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        get: operations["list_selection_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/consumers/lookup": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["lookup_consumer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/consumers/{consumer}": {
        parameters: { query?: never; header?: never; path: { brand: string; consumer: number; }; cookie?: never };
        get: operations["get_consumer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/consumers/{consumer}/events": {
        parameters: { query?: never; header?: never; path: { brand: string; consumer: number; }; cookie?: never };
        get: operations["list_consumer_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/uploads": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["create_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/uploads/{id}": {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        get: operations["get_upload"];
        put?: never;
        post?: never;
        delete: operations["delete_upload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/mappings": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_mappings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/mappings/{name}": {
        parameters: { query?: never; header?: never; path: { brand: string; name: string; }; cookie?: never };
        get?: never;
        put: operations["put_mapping"];
        post?: never;
        delete: operations["delete_mapping"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/mappings/suggest": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["suggest_mapping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/imports/preview": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["preview_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/imports": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_imports"];
        put?: never;
        post: operations["create_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/imports/{deposit}": {
        parameters: { query?: never; header?: never; path: { brand: string; deposit: string; }; cookie?: never };
        get: operations["get_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/jobs": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/jobs/{id}": {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        get: operations["get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/jobs/{id}/cancel": {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/rejects/summary": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["get_rejects_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/rejects": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_rejects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/rules": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get: operations["list_rules"];
        put?: never;
        post: operations["create_rules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/rules/{name}/{version}": {
        parameters: { query?: never; header?: never; path: { brand: string; name: string; version: number; }; cookie?: never };
        get: operations["get_rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/rules/check": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["check_rules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/brands/{brand}/rules/preview": {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        get?: never;
        put?: never;
        post: operations["preview_rules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            errors?: components["schemas"]["FieldProblem"][] | null;
            request_id: string;
        };
        FieldProblem: {
            field: string;
            message: string;
        };
        Session: {
            user: components["schemas"]["SessionUser"];
            grants: components["schemas"]["Grant"][];
            actions: { [key: string]: string[] };
            installation_actions: string[];
            expires_at: string;
        };
        SessionUser: {
            username: string;
            display_name: string;
            password_change_needed: boolean;
        };
        Grant: {
            brand: string;
            role: components["schemas"]["Role"];
        };
        Role: "owner" | "operator" | "analyst" | "viewer";
        Credentials: {
            username: string;
            password: string;
        };
        PasswordChange: {
            current_password: string;
            new_password: string;
        };
        Confirmation: {
            password: string;
        };
        User: {
            username: string;
            display_name: string;
            disabled: boolean;
            grants: components["schemas"]["Grant"][];
            created_at: string;
            last_signed_in_at?: string | null;
            password_change_needed: boolean;
        };
        NewUser: {
            username: string;
            display_name?: string | null;
            grants: components["schemas"]["Grant"][];
        };
        CreatedUser: {
            user: components["schemas"]["User"];
            one_time_password: string;
        };
        UserChange: {
            display_name?: string | null;
            disabled?: boolean | null;
            grants?: components["schemas"]["Grant"][] | null;
        };
        OneTimePassword: {
            one_time_password: string;
        };
        Member: {
            username: string;
            display_name: string;
            role: components["schemas"]["Role"];
            inherited: boolean;
        };
        MemberRole: {
            role: components["schemas"]["Role"];
        };
        Key: {
            id: string;
            name: string;
            kind: components["schemas"]["KeyKind"];
            scopes: string[];
            prefix: string;
            created_at: string;
            created_by: string;
            expires_at?: string | null;
            last_used_at?: string | null;
            revoked_at?: string | null;
        };
        KeyKind: "api" | "write";
        NewKey: {
            name: string;
            kind: components["schemas"]["KeyKind"];
            scopes?: string[] | null;
            expires_at?: string | null;
        };
        CreatedKey: {
            key: string;
            info: components["schemas"]["Key"];
        };
        AuditEntry: {
            sequence: number;
            at: string;
            actor: components["schemas"]["Actor"];
            action: string;
            brand?: string | null;
            target?: string | null;
            outcome: "done" | "refused" | "failed";
            details: { [key: string]: unknown };
            address?: string | null;
        };
        Actor: {
            kind: "user" | "key" | "command" | "system";
            name: string;
        };
        Brand: {
            slug: string;
            name: string;
            timezone: string;
            currency: string;
            role: components["schemas"]["Role"];
            vault_version?: number | null;
            last_event_day?: string | null;
            events?: number | null;
        };
        NewBrand: {
            slug: string;
            name?: string | null;
            timezone?: string | null;
            currency?: string | null;
        };
        AssetsDocument: {
            brand: string;
            as_of: string;
            partial: boolean;
            projected: boolean;
            vault_version: number;
            rule_set: string;
            total: number;
            stages: components["schemas"]["StageCount"][];
            metrics: components["schemas"]["AssetMetrics"];
        };
        StageCount: {
            stage: string;
            consumers: number;
            share: number;
        };
        AssetMetrics: {
            active_consumers: number;
            cumulative_consumers: number;
            wow_growth?: number | null;
            potential_customer_ratio?: number | null;
            weekly_deepening_rate?: number | null;
        };
        TrendDocument: {
            brand: string;
            rule_set: string;
            stages: string[];
            days: components["schemas"]["TrendDay"][];
        };
        TrendDay: { day: string; total: number } & { [key: string]: unknown };
        FlowDocument: {
            brand: string;
            rule_set: string;
            from: string;
            to: string;
            cells: components["schemas"]["FlowCell"][];
            outside: components["schemas"]["FlowOutside"];
        };
        FlowCell: {
            from: string;
            to: string;
            consumers: number;
        };
        FlowOutside: {
            never: number;
            lost: number;
        };
        Overview: {
            assets: components["schemas"]["AssetsDocument"];
            day_before: components["schemas"]["DayBefore"];
            week_before: components["schemas"]["WeekBefore"];
            trend: components["schemas"]["TrendDocument"];
            moved: components["schemas"]["Moved"];
            running: components["schemas"]["Job"][];
            latest_deposits: components["schemas"]["Import"][];
        };
        DayBefore: {
            stages: components["schemas"]["StageCount"][];
            total: number;
        };
        WeekBefore: {
            stages: components["schemas"]["StageCount"][];
            total: number;
            metrics: components["schemas"]["AssetMetrics"];
        };
        Moved: {
            from: string;
            to: string;
            net: number;
            new: number;
            deepened: number;
            kept: number;
            fell_back: number;
            lost: number;
            cells: components["schemas"]["FlowCell"][];
            reasons: components["schemas"]["Reason"][];
        };
        Reason: {
            kind: "new" | "deepened" | "fell_back" | "lost";
            from: string;
            to: string;
            consumers: number;
            share_of_change: number;
        };
        FlowPeople: {
            consumers: number;
            sample: components["schemas"]["ConsumerSummary"][];
            vault_version: number;
        };
        ConsumerSummary: {
            consumer: number;
            ids: components["schemas"]["MaskedId"][];
            stage?: string | null;
            stage_since?: string | null;
            stage_until?: string | null;
        };
        MaskedId: {
            type: string;
            masked: string;
        };
        Selection: {
            id: string;
            name: string;
            definition: { [key: string]: unknown };
            rule_set: string;
            consumers: number;
            vault_version: number;
            created_at: string;
            created_by: string;
        };
        NewSelection: {
            name: string;
            definition: { [key: string]: unknown };
            rules?: string | null;
        };
        Lookup: {
            id: string;
        };
        LookupAnswer: {
            consumer: number;
        };
        Consumer: {
            consumer: number;
            ids: components["schemas"]["ConsumerId"][];
            attributes: components["schemas"]["ConsumerAttribute"][];
            stage?: string | null;
            rule_set: string;
            history: components["schemas"]["StageSpan"][];
            vault_version: number;
            totals: components["schemas"]["ConsumerTotals"];
        };
        ConsumerId: {
            type: string;
            masked: string;
            profile: number;
            alias: boolean;
        };
        ConsumerAttribute: {
            name: string;
            value: unknown;
            valid_from?: string | null;
            source?: string | null;
        };
        StageSpan: {
            stage: string;
            from_day: string;
            to_day?: string | null;
        };
        ConsumerTotals: {
            events: number;
            first_day?: string | null;
            last_day?: string | null;
            amounts: components["schemas"]["Money"][];
        };
        Money: {
            minor: number;
            currency: string;
        };
        ConsumerEvent: {
            ts: string;
            day: string;
            behavior: string;
            channel?: string | null;
            store_id?: string | null;
            item_id?: string | null;
            category?: string | null;
            order_id?: string | null;
            quantity?: number | null;
            amount?: components["schemas"]["Money"] | null;
            rating?: number | null;
            campaign?: string | null;
            touchpoint?: string | null;
            source: string;
            properties: { [key: string]: unknown };
        };
        Upload: {
            id: string;
            name: string;
            bytes: number;
            created_at: string;
            format: string;
            columns: string[];
            rows: (string | null)[][];
            unreadable: components["schemas"]["UnreadableLine"][];
        };
        UnreadableLine: {
            line: number;
            message: string;
        };
        Mapping: {
            name: string;
            built_in: boolean;
            text: string;
            updated_at?: string | null;
        };
        MappingText: {
            text: string;
        };
        SuggestRequest: {
            uploads: string[];
        };
        Suggestion: {
            text: string;
            notes: string[];
        };
        PreviewRequest: {
            mapping: string;
            uploads: string[];
        };
        ImportPreview: {
            blocks: components["schemas"]["PreviewBlock"][];
        };
        PreviewBlock: {
            block: string;
            columns: string[];
            rows: components["schemas"]["PreviewRow"][];
        };
        PreviewRow: {
            row: { [key: string]: unknown };
            refused?: components["schemas"]["Refusal"] | null;
        };
        Refusal: {
            code: string;
            field?: string | null;
            message: string;
        };
        NewImport: {
            mapping: string;
            uploads: string[];
            source?: string | null;
        };
        Import: {
            deposit: string;
            kind: string;
            source: string;
            status: string;
            input_rows?: number | null;
            read: number;
            accepted: number;
            duplicate: number;
            rejected: number;
            suppressed: number;
            started_at: string;
            finished_at?: string | null;
        };
        Job: {
            id: string;
            kind: components["schemas"]["JobKind"];
            brand: string;
            status: components["schemas"]["JobStatus"];
            progress: components["schemas"]["Progress"];
            created_by: string;
            created_at: string;
            started_at?: string | null;
            finished_at?: string | null;
            result?: { [key: string]: unknown } | null;
            problem?: { [key: string]: unknown } | null;
            notes: string[];
        };
        JobKind: "import" | "rules_preview" | "rules_switch" | "rebuild";
        JobStatus: "waiting" | "running" | "done" | "failed" | "canceled" | "interrupted";
        Progress: {
            phase: string;
            done: number;
            total?: number | null;
            unit: string;
        };
        RejectsSummary: {
            total: number;
            by_code: components["schemas"]["CodeCount"][];
            by_source: components["schemas"]["SourceCount"][];
        };
        CodeCount: {
            code: string;
            count: number;
        };
        SourceCount: {
            source: string;
            count: number;
        };
        Reject: {
            id: string;
            source: string;
            block: string;
            file: string;
            line?: number | null;
            code: string;
            field?: string | null;
            message: string;
            row: { [key: string]: unknown };
            received_at: string;
        };
        Rules: {
            name: string;
            version: number;
            active: boolean;
            created_at: string;
        };
        RulesVersion: {
            name: string;
            version: number;
            active: boolean;
            created_at: string;
            text: string;
            rule_set: components["schemas"]["RuleSet"];
        };
        RuleSet: {
            name: string;
            entity: string;
            stages: components["schemas"]["RuleStage"][];
        };
        RuleStage: {
            code: string;
            name: { [key: string]: string };
            any: components["schemas"]["RuleCondition"][];
        };
        RuleCondition: components["schemas"]["EventRule"] | components["schemas"]["StateRule"] | components["schemas"]["AllRule"] | components["schemas"]["AnyRule"];
        EventRule: {
            behaviors: string[];
            within_days: number;
            min_count?: number | null;
            min_distinct_days?: number | null;
            min_orders?: number | null;
            where?: string | null;
            scope?: string | null;
        };
        StateRule: {
            state: string;
        };
        AllRule: {
            all: components["schemas"]["RuleCondition"][];
        };
        AnyRule: {
            any: components["schemas"]["RuleCondition"][];
        };
        RulesText: {
            text: string;
        };
        RulesChecked: {
            rule_set: components["schemas"]["RuleSet"];
        };
        RulesPreviewRequest: {
            text: string;
            as_of?: string | null;
        };
        Page_Job: {
            items: components["schemas"]["Job"][];
            next_page?: string | null;
        };
        Page_Import: {
            items: components["schemas"]["Import"][];
            next_page?: string | null;
        };
        Page_Selection: {
            items: components["schemas"]["Selection"][];
            next_page?: string | null;
        };
        Page_Brand: {
            items: components["schemas"]["Brand"][];
            next_page?: string | null;
        };
        Page_User: {
            items: components["schemas"]["User"][];
            next_page?: string | null;
        };
        Page_Member: {
            items: components["schemas"]["Member"][];
            next_page?: string | null;
        };
        Page_Key: {
            items: components["schemas"]["Key"][];
            next_page?: string | null;
        };
        Page_AuditEntry: {
            items: components["schemas"]["AuditEntry"][];
            next_page?: string | null;
        };
        Page_ConsumerEvent: {
            items: components["schemas"]["ConsumerEvent"][];
            next_page?: string | null;
        };
        Page_Mapping: {
            items: components["schemas"]["Mapping"][];
            next_page?: string | null;
        };
        Page_Rules: {
            items: components["schemas"]["Rules"][];
            next_page?: string | null;
        };
        Page_Reject: {
            items: components["schemas"]["Reject"][];
            next_page?: string | null;
            total: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_session: {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Session"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_session: {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["Credentials"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Session"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    delete_session: {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        requestBody?: never;
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    confirm_session: {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["Confirmation"] } };
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    change_password: {
        parameters: { query?: never; header?: never; path?: never; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["PasswordChange"] } };
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_users: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path?: never; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_User"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_user: {
        parameters: { query?: never; header?: { "Idempotency-Key"?: string }; path?: never; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["NewUser"] } };
        responses: {
            201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CreatedUser"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_user: {
        parameters: { query?: never; header?: never; path: { username: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["User"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    update_user: {
        parameters: { query?: never; header?: never; path: { username: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["UserChange"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["User"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    reset_user_password: {
        parameters: { query?: never; header?: never; path: { username: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["OneTimePassword"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_brands: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path?: never; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Brand"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_brand: {
        parameters: { query?: never; header?: { "Idempotency-Key"?: string }; path?: never; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["NewBrand"] } };
        responses: {
            201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Brand"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_brand: {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Brand"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_members: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Member"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    put_member: {
        parameters: { query?: never; header?: never; path: { brand: string; username: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["MemberRole"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Member"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    delete_member: {
        parameters: { query?: never; header?: never; path: { brand: string; username: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_keys: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Key"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_key: {
        parameters: { query?: never; header?: { "Idempotency-Key"?: string }; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["NewKey"] } };
        responses: {
            201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CreatedKey"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    delete_key: {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_audit: {
        parameters: { query?: { page?: string; limit?: number; actor?: string; action?: string; outcome?: string; from?: string; to?: string; }; header?: never; path?: never; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_AuditEntry"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_brand_audit: {
        parameters: { query?: { page?: string; limit?: number; actor?: string; action?: string; outcome?: string; from?: string; to?: string; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_AuditEntry"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_assets: {
        parameters: { query?: { as_of?: string; rules?: string; entity?: string; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["AssetsDocument"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_trend: {
        parameters: { query: { from: string; to: string; rules?: string; entity?: string; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["TrendDocument"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_flow: {
        parameters: { query: { from: string; to: string; rules?: string; entity?: string; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["FlowDocument"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_overview: {
        parameters: { query?: { as_of?: string; rules?: string; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Overview"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_flow_people: {
        parameters: { query: { from: string; to: string; from_stage: string; to_stage: string; rules?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["FlowPeople"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_selections: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Selection"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_selection: {
        parameters: { query?: never; header?: { "Idempotency-Key"?: string }; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["NewSelection"] } };
        responses: {
            201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Selection"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_selection: {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Selection"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    delete_selection: {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_selection_people: {
        parameters: { query?: { limit?: number; }; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["FlowPeople"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    lookup_consumer: {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["Lookup"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["LookupAnswer"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_consumer: {
        parameters: { query?: never; header?: never; path: { brand: string; consumer: number; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Consumer"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_consumer_events: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; consumer: number; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_ConsumerEvent"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_upload: {
        parameters: { query: { name: string; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/octet-stream": string } };
        responses: {
            201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Upload"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_upload: {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Upload"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    delete_upload: {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_mappings: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Mapping"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    put_mapping: {
        parameters: { query?: never; header?: never; path: { brand: string; name: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["MappingText"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Mapping"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    delete_mapping: {
        parameters: { query?: never; header?: never; path: { brand: string; name: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            204: { headers: { [name: string]: unknown }; content?: never };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    suggest_mapping: {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["SuggestRequest"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Suggestion"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    preview_import: {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["PreviewRequest"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ImportPreview"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_import: {
        parameters: { query?: never; header?: { "Idempotency-Key"?: string }; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["NewImport"] } };
        responses: {
            202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Job"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_imports: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Import"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_import: {
        parameters: { query?: never; header?: never; path: { brand: string; deposit: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Import"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_jobs: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Job"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_job: {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Job"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    cancel_job: {
        parameters: { query?: never; header?: never; path: { brand: string; id: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Job"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_rejects_summary: {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RejectsSummary"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_rejects: {
        parameters: { query?: { code?: string; source?: string; file?: string; q?: string; page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Reject"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    list_rules: {
        parameters: { query?: { page?: string; limit?: number; }; header?: never; path: { brand: string; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Page_Rules"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    create_rules: {
        parameters: { query?: never; header?: { "Idempotency-Key"?: string }; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["RulesText"] } };
        responses: {
            202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Job"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    get_rules: {
        parameters: { query?: never; header?: never; path: { brand: string; name: string; version: number; }; cookie?: never };
        requestBody?: never;
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RulesVersion"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    check_rules: {
        parameters: { query?: never; header?: never; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["RulesText"] } };
        responses: {
            200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RulesChecked"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
    preview_rules: {
        parameters: { query?: never; header?: { "Idempotency-Key"?: string }; path: { brand: string; }; cookie?: never };
        requestBody: { content: { "application/json": components["schemas"]["RulesPreviewRequest"] } };
        responses: {
            202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Job"] } };
            default: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"] } };
        };
    };
}
