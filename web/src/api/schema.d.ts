/** Generated from the OpenAPI document by `npm run schema` in `web/lint`. */

export interface paths {
    "/api/v1/askers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The devices that asked in the last ten minutes, and which of them this request comes from. */
        get: operations["askers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalog/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the catalogue knows of a name or an address: whose it is, what for, what breaks when it is stopped, how that is
         *     known, and what DNS cannot see of the same vendor.
         */
        get: operations["catalog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was changed while ponor ran: by whom, when, and what there was before and after. */
        get: operations["changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a change back, which is a change too. Refused when something else came after it, about the same. */
        post: operations["undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check/{nonce}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which names of a check ponor was asked for, as far as they are among the latest thousand queries. */
        get: operations["check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All devices: what they are, how that is known and how sure it is; those that were seen last first. */
        get: operations["devices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One device. */
        get: operations["device"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Names a device, says what it is, or puts it in a group. What `config.toml` says cannot be changed here. */
        patch: operations["change_device"];
        trace?: never;
    };
    "/api/v1/devices/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes two devices one. */
        post: operations["merge_devices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The report of a device: who it is, what it needs, what it reports, to which companies, how often, what stands out, and
         *     what DNS cannot see of it.
         */
        get: operations["device_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an address or hardware address of a device a device of its own. */
        post: operations["split_device"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}/suspects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The names that were stopped for a device in the last ten minutes, the likeliest to have broken something first, and why each
         *     is thought to be so.
         */
        get: operations["suspects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The exceptions in force: those for a device beat those for a group, these the ones for everyone, the newest wins. */
        get: operations["exceptions"];
        put?: never;
        /**
         * Lets a name through, or stops it, for a while. One for the same names and devices is replaced.
         * @description If that does the opposite and lasts longer, it holds again when the new one ends; `edit.after.afterwards` is it then.
         */
        post: operations["except"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends an exception, one that waits for another to end as well. What there was to come after it holds from then on. */
        delete: operations["end_exception"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What would happen to a query, and why: the rule, its list and line, the alias that it stops. */
        get: operations["explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which devices tried to reach which companies and where those are at home, by names that no device needs: the busiest of
         *     each, and the rest as one.
         */
        get: operations["flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The groups of devices. Which devices are in one is told with the devices. */
        get: operations["groups"];
        put?: never;
        /** Makes a group; devices are put in it by `PATCH /api/v1/devices/{id}`. */
        post: operations["make_group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a group. Its devices are treated like those in none from then on; what is for the group holds for nobody. */
        delete: operations["remove_group"];
        options?: never;
        head?: never;
        /** Treats a group differently. Those of `config.toml` can only be changed there. */
        patch: operations["change_group"];
        trace?: never;
    };
    "/api/v1/headline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The first sentences of a page, as data: which sentence, and what belongs into its gaps. And what is new this week. */
        get: operations["headline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lists with their rules, age and last error. */
        get: operations["all"];
        put?: never;
        /** Subscribes to a list. It is in force once it has been fetched. */
        post: operations["add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetches all lists now. Answers when they are in force; `update/progress` tells the steps. */
        post: operations["update_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/update/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The steps of list updates as server-sent events: `progress` with a step, `lagged` when steps were left out. */
        get: operations["update_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forgets a list. */
        delete: operations["remove"];
        options?: never;
        head?: never;
        /** Uses a list, or stops using it. */
        patch: operations["change"];
        trace?: never;
    };
    "/api/v1/lists/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Believes a download that was held back because it had shrunk. */
        post: operations["accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{id}/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetches a list now. Answers when it is in force. */
        post: operations["update_one"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The figures of a time range: totals, queries over time, who asked for what. Without a journal only of the last hour
         *     and the last day, and since the start.
         */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Chooses the password, which opens the dashboard as the token does. All sessions end but this one. */
        put: operations["choose_password"];
        post?: never;
        /** Has only the token open the dashboard. All sessions end but this one. */
        delete: operations["remove_password"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The pauses in force. */
        get: operations["pauses"];
        put?: never;
        /** Stops nothing for a while, for all devices or for some. A pause for the same devices is replaced. */
        post: operations["pause"];
        /** Ends a pause. */
        delete: operations["resume"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Queries, newest first: the latest thousand from memory, those before from the journal. Names in the journal are in
         *     lower case.
         */
        get: operations["queries"];
        put?: never;
        post?: never;
        /** Erases everything that was recorded of a device, in memory and on disk. What it asks from now on is recorded again. */
        delete: operations["erase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Queries of the journal as a file, oldest first. */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Queries as they happen, as server-sent events, several times a second: `queries` with rows, oldest first, and the id
         *     of the last as event id; `lagged` with `{"missed": 12}` before rows that follow others which were left out because
         *     they were too many. A `Last-Event-ID` continues where an earlier stream ended.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The records that are answered here. What hosts files say is not among them. */
        get: operations["records"];
        put?: never;
        /** Adds a record. A name that has one is answered here for all its types. */
        post: operations["add_record"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/records/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a record. Those of `config.toml` can only be removed there. */
        delete: operations["remove_record"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own rules, general ones and those of groups. */
        get: operations["rules"];
        put?: never;
        /** Adds an own rule. */
        post: operations["add_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes an own rule. Those of `config.toml` can only be removed there. */
        delete: operations["remove_rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Queries over time, of those that a filter means; perhaps beside as much time before. */
        get: operations["series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this client must log in. */
        get: operations["state"];
        put?: never;
        /** Logs in: exchanges the token or the password for a cookie. */
        post: operations["open"];
        /** Logs out. */
        delete: operations["close"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every key of the configuration: its value, its default, who set it and where, and whether it may be set here. */
        get: operations["settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets a key that the configuration leaves open. It takes effect at once, and holds after a restart. */
        put: operations["set"];
        post?: never;
        /** Lets a key have its default again. */
        delete: operations["reset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How ponor does: version, upstreams, counters. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/top": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Queries counted by device, vendor, service, purpose, home country of the vendor, name, list or end, of those that a
         *     filter means; perhaps beside as much time before.
         */
        get: operations["top"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vendors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The vendors of the catalogue: home country, services, purposes and names of each, and the lists that can be subscribed
         *     to.
         */
        get: operations["vendors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vendors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report of a vendor: which devices asked for its names, how often, and what was stopped. */
        get: operations["vendor_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives. */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The figures of all parts in the text format of Prometheus. None of them names a device or a name that was asked for. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether queries are answered. */
        get: operations["readyz"];
        put?: never;
        post?: never;
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
        /**
         * @description What a rule does.
         * @enum {string}
         */
        Action: "block" | "allow";
        /** @description A device that asked lately. */
        Asker: {
            /**
             * @description What it is known by.
             * @example aa:bb:cc:dd:ee:ff
             */
            device_id: string;
            /**
             * @description What it is called; what it is known by when nobody knows a name.
             * @example living-room-tv
             */
            device_name: string;
            /**
             * Format: int64
             * @description When it last asked, in milliseconds since 1970 UTC.
             */
            last_seen: number;
            /**
             * Format: int64
             * @description When it was last stopped.
             */
            last_stopped: number | null;
            /**
             * Format: int64
             * @description How often it asked.
             */
            queries: number;
            /**
             * Format: int64
             * @description How often of these it was stopped.
             */
            stopped: number;
        };
        /** @description The devices that asked in the last minutes. */
        Askers: {
            /** @description The devices: those that were stopped last first, then those that asked last. */
            devices: components["schemas"]["Asker"][];
            /**
             * Format: int64
             * @description Where these minutes begin, in milliseconds since 1970 UTC.
             */
            from: number;
            /** @description The device that this request comes from; `null` when that is this machine or nobody who is known. */
            here: string | null;
            /** @description Whether there were too many queries to look at all of them. */
            partial: boolean;
            /**
             * Format: int64
             * @description Now.
             */
            to: number;
        };
        /** @description Whose name it is and what it is for. */
        Attribution: {
            /** @description What stopping it costs: `block` nothing, `mixed` something, `functional` what the device is for. */
            class: components["schemas"]["Class"];
            /**
             * @description The company's home country, an ISO 3166-1 code of two letters: not where the data would have gone.
             * @example CN
             */
            country: string | null;
            /** @description What the name is for. */
            purpose: components["schemas"]["Purpose"];
            /**
             * @description The product or service.
             * @example MIUI analytics
             */
            service: string;
            /**
             * @description The company.
             * @example Xiaomi
             */
            vendor: string;
        };
        /** @description Who asked for something. */
        Author: {
            /**
             * @description From where; `null` on this machine itself.
             * @example 192.168.1.23
             */
            address: string | null;
            /** @description In which way. */
            way: components["schemas"]["AuthorWay"];
        };
        /**
         * @description How somebody asked.
         * @enum {string}
         */
        AuthorWay: "command" | "token" | "session" | "open";
        /** @description A stretch of time and the queries in it. */
        Bucket: components["schemas"]["Totals"] & {
            /**
             * Format: int64
             * @description Where it begins, in milliseconds since 1970 UTC.
             */
            at: number;
        };
        /** @description What the catalogue knows of a name. */
        CatalogEntry: components["schemas"]["Attribution"] & {
            /** @description What breaks when it is stopped. */
            breaks: string | null;
            /** @description How well this is known. */
            confidence: components["schemas"]["Confidence"];
            /**
             * @description The regional variant that the name is of, where a label of it tells.
             * @example Russia
             */
            region: string | null;
            /** @description What is sent there, as far as it is known. */
            sent: string | null;
            /** @description Where this is known from. */
            sources: string[];
        };
        /** @description Everything that the catalogue knows of a name or an address. */
        CatalogRecord: {
            entry: components["schemas"]["CatalogEntry"] | null;
            /**
             * @description The name in lower case, or the address.
             * @example tracking.rus.miui.com
             */
            name: string;
            /** @description What DNS cannot see of the same vendor: addresses that its devices and apps use without a look-up. */
            unseen: components["schemas"]["Way"][];
            way: components["schemas"]["Way"] | null;
        };
        /**
         * @description Whose word decided.
         * @enum {string}
         */
        CauseSource: "list" | "own_rules" | "group_rules" | "canary" | "rebinding" | "exception" | "no_address" | "safe_search" | "offline";
        /** @description A change that is remembered. */
        Change: {
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 UTC.
             */
            at: number;
            /** @description Who made it. */
            by: components["schemas"]["Author"];
            /** @description What was changed, from what to what. */
            edit: components["schemas"]["Edit"];
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /**
             * Format: int64
             * @description The change that it took back.
             */
            undoes: number | null;
            /**
             * Format: int64
             * @description The change that took it back.
             */
            undone_by: number | null;
        };
        /** @description The changes. */
        Changes: {
            /** @description Those of the last 90 days, the newest first. */
            changes: components["schemas"]["Change"][];
        };
        /** @description Which names of a check ponor was asked for. */
        Check: {
            /** @description Who asked for them, each address by each way once; the latest first. */
            askers: components["schemas"]["CheckAsker"][];
            /**
             * Format: int32
             * @description How many names there are: `{nonce}-1.check.ponor.internal` and on.
             * @example 12
             */
            names: number;
            /** @description The numbers of those that somebody asked for, ascending. */
            seen: number[];
        };
        /** @description Who asked for names of a check. */
        CheckAsker: {
            /**
             * @description The address that asked.
             * @example 192.168.1.23
             */
            device: string;
            /**
             * @description What the device is known by.
             * @example aa:bb:cc:dd:ee:ff
             */
            device_id: string;
            /**
             * @description What it is called; its address when nobody knows a name.
             * @example living-room-tv
             */
            device_name: string;
            /** @description The numbers of the names, ascending. */
            seen: number[];
            /** @description What carried the queries. */
            transport: components["schemas"]["Transport"];
        };
        /**
         * @description Whether a service may be stopped.
         * @enum {string}
         */
        Class: "block" | "mixed" | "functional";
        /**
         * @description How well something is known.
         * @enum {string}
         */
        Confidence: "low" | "medium" | "high";
        /**
         * @description What happens to a query.
         * @enum {string}
         */
        Decision: "stopped" | "allowed" | "local" | "forwarded";
        /** @description A device as people see it. */
        Device: {
            /** @description Its addresses. */
            addresses: string[];
            /** @description How all this is known. */
            evidence: components["schemas"]["DeviceEvidence"][];
            /**
             * Format: int64
             * @description When it was seen first since ponor was started, in milliseconds since 1970 UTC; 0 when it was not.
             */
            first_seen: number;
            /** @description What `config.toml` says of it, so that it can only be changed there. */
            fixed: components["schemas"]["DeviceFixedPart"][];
            /** @description The id of the group that governs it. */
            group: string | null;
            /**
             * @description What it is known by: its hardware address, or an address.
             * @example aa:bb:cc:dd:ee:ff
             */
            id: string;
            kind: components["schemas"]["DeviceKind"] | null;
            kind_confidence: components["schemas"]["Confidence"] | null;
            /**
             * Format: int64
             * @description When it was seen last.
             */
            last_seen: number;
            /** @description Its hardware addresses. */
            macs: components["schemas"]["HardwareAddress"][];
            /**
             * @description What it is called.
             * @example living-room-tv
             */
            name: string | null;
            named_by: components["schemas"]["DeviceNameSource"] | null;
            offline: components["schemas"]["OfflineNow"] | null;
            /**
             * Format: int64
             * @description Queries since ponor was started.
             */
            queries: number;
            /**
             * @description The system on it.
             * @example Tizen
             */
            system: string | null;
            /**
             * @description The company that made it.
             * @example Samsung
             */
            vendor: string | null;
            vendor_confidence: components["schemas"]["Confidence"] | null;
        };
        /** @description What a change did to what people say of devices: what was said of those that it touched. */
        DeviceEdit: {
            /** @description After it. */
            after: components["schemas"]["ToldDevices"];
            /** @description Before it. */
            before: components["schemas"]["ToldDevices"];
        };
        /** @description Something that points to what a device is or is called. */
        DeviceEvidence: {
            /** @description How well it is known. */
            confidence: components["schemas"]["Confidence"];
            /** @description Where it is known from. */
            source: components["schemas"]["DeviceEvidenceSource"];
            /**
             * @description What is known, as a sentence without its full stop.
             * @example asked for 12 names that Samsung TVs ask for
             */
            text: string;
        };
        /**
         * @description Where something is known from.
         * @enum {string}
         */
        DeviceEvidenceSource: "configuration" | "operator" | "local_records" | "hardware_address" | "lease_file" | "multicast_dns" | "reverse_name" | "queried_names";
        /**
         * @description What cannot be changed while ponor runs.
         * @enum {string}
         */
        DeviceFixedPart: "name" | "kind" | "group";
        /**
         * @description What a device is known by: its hardware address, or an address.
         * @example aa:bb:cc:dd:ee:ff
         * @example 192.168.1.23
         */
        DeviceId: string;
        /**
         * @description What kind of device it is.
         * @enum {string}
         */
        DeviceKind: "phone" | "computer" | "tv" | "speaker" | "console" | "camera" | "thermostat" | "lamp" | "appliance" | "vacuum" | "bridge" | "printer" | "wearable" | "car" | "router" | "server" | "other";
        /** @description All devices. */
        DeviceList: {
            /** @description The devices, those that were seen last first. */
            devices: components["schemas"]["Device"][];
            /** @description What somebody should look at. */
            warnings: components["schemas"]["DeviceWarning"][];
        };
        /** @description Another device. */
        DeviceMerge: {
            /**
             * @description The device that becomes a part of this one: its id, any of its addresses, or its name.
             * @example 192.168.1.24
             */
            device: string;
        };
        /**
         * @description Who says what a device is called.
         * @enum {string}
         */
        DeviceNameSource: "configuration" | "operator" | "local_records" | "lease_file" | "multicast_dns" | "reverse_name";
        /** @description What somebody says of a device. What is left out stays as it is; `null` takes it back. */
        DevicePatch: {
            /** @description The id of the group that it is in. */
            group?: string | null;
            kind?: components["schemas"]["DeviceKind"] | null;
            /**
             * @description What it is called, in 1 to 64 characters.
             * @example Living-room TV
             */
            name?: string | null;
        };
        /**
         * @description The report of a device. Days are those of UTC. A query is a look-up, an attempt: it does not tell that or what
         *     was sent.
         */
        DeviceReport: components["schemas"]["Period"] & {
            /**
             * Format: int64
             * @description The length of a bucket of `series`, in seconds.
             */
            bucket_seconds: number;
            /** @description What is known of the device, and how. */
            device: components["schemas"]["Device"];
            /** @description What stands out. */
            findings: components["schemas"]["Sentence"][];
            /** @description Its queries by weekday, from Monday on, and hour; `null` for a time that is told by days. */
            heat: number[][] | null;
            /**
             * Format: int64
             * @description Since when anything is kept of the device, in milliseconds since 1970 UTC; `null` when nothing is.
             */
            known_since: number | null;
            /** @description What it needs to work, and was let through. */
            needs: components["schemas"]["ReportName"][];
            /**
             * Format: double
             * @description The share that was asked at night, from 00 to 06, 0 to 1; `null` for a time that is told by days.
             */
            night_share: number | null;
            /**
             * Format: double
             * @description Its queries a day.
             */
            per_day: number;
            /** @description Where what was answered is at home, as far as it is known, those asked most first. */
            places: components["schemas"]["ReportPlace"][];
            /** @description What it reports, and was stopped. */
            reports: components["schemas"]["ReportName"][];
            /** @description Its queries over time, oldest first, without gaps. */
            series: components["schemas"]["Bucket"][];
            /**
             * Format: double
             * @description The share that was stopped, 0 to 1.
             */
            stopped_share: number;
            /** @description Its queries. */
            totals: components["schemas"]["Totals"];
            /** @description Queries for names that the catalogue does not know. */
            unattributed: components["schemas"]["TopSums"];
            /**
             * @description What is neither: known names that are not needed and were let through, needed ones that were stopped, and names that
             *     nobody knows which are stopped or asked for regularly.
             */
            unclear: components["schemas"]["ReportName"][];
            /** @description What DNS can neither see nor stop of these companies: addresses that are used without a look-up. */
            unseen: components["schemas"]["Way"][];
            /** @description The companies whose names it asked for, those asked most first. */
            vendors: components["schemas"]["ReportVendor"][];
            /**
             * @description By how much the clocks of the house, which nights, weekdays and hours are of, differ from UTC now.
             * @example UTC+01:00
             */
            zone: string;
        };
        /** @description An address of a device. */
        DeviceSplit: {
            /** @description The address or hardware address that becomes a device of its own. */
            address: components["schemas"]["DeviceId"];
        };
        /** @description Something about devices that somebody should look at. */
        DeviceWarning: {
            /** @description The device. */
            device: string;
            /** @enum {string} */
            kind: "one_device_asks_for_all";
            /** @description What it is called. */
            name: string | null;
            /** @description Other devices that were seen in that time. */
            others: number;
            /**
             * Format: int64
             * @description The queries of this hour and the one before.
             */
            queries: number;
            /**
             * Format: double
             * @description Its share of the queries of this hour and the one before, 0 to 1.
             */
            share: number;
        };
        /** @description A thing before and after a change; `null` where there was none. */
        Edit: {
            after: components["schemas"]["Exception"] | null;
            before: components["schemas"]["Exception"] | null;
            /** @enum {string} */
            kind: "exception";
        } | {
            after: components["schemas"]["Pause"] | null;
            before: components["schemas"]["Pause"] | null;
            /** @enum {string} */
            kind: "pause";
        } | {
            after: components["schemas"]["StandingRule"] | null;
            before: components["schemas"]["StandingRule"] | null;
            /** @enum {string} */
            kind: "rule";
        } | {
            after: components["schemas"]["StandingGroup"] | null;
            before: components["schemas"]["StandingGroup"] | null;
            /** @enum {string} */
            kind: "group";
        } | {
            after: components["schemas"]["StandingRecord"] | null;
            before: components["schemas"]["StandingRecord"] | null;
            /** @enum {string} */
            kind: "record";
        } | {
            after: components["schemas"]["StandingSetting"] | null;
            before: components["schemas"]["StandingSetting"] | null;
            /** @enum {string} */
            kind: "setting";
        } | {
            after: components["schemas"]["ListRecord"] | null;
            before: components["schemas"]["ListRecord"] | null;
            /** @enum {string} */
            kind: "list";
        } | (components["schemas"]["DeviceEdit"] & {
            /** @enum {string} */
            kind: "device";
        });
        /** @description An exception from the rules, which come after it. */
        Exception: {
            /** @description Whether it lets through or stops. */
            action: components["schemas"]["Action"];
            afterwards: components["schemas"]["Exception"] | null;
            /**
             * Format: int64
             * @description Its number. A later one beats an earlier one for the same devices.
             */
            id: number;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 UTC.
             */
            made: number;
            /**
             * @description The names that it is for: a rule without what it does.
             * @example ||ads.example.org^
             */
            rule: string;
            /** @description Whom it is for. */
            scope: components["schemas"]["Scope"];
            /**
             * Format: int64
             * @description When it ends; `null`: never.
             */
            until: number | null;
        };
        /** @description The exceptions. */
        Exceptions: {
            /** @description The newest first. */
            exceptions: components["schemas"]["Exception"][];
        };
        /** @description One step of an alias chain. */
        ExplainAlias: {
            /** @description The target of the alias. */
            name: string;
            /** @description Whether a rule stops it. */
            stopped: boolean;
        };
        /** @description An answer in words. */
        ExplainAnswer: {
            /** @description The extended error (RFC 8914): its code, and its text or what the code is called, as `15 stopped by list vendors`. */
            ede: string | null;
            /**
             * @description The response code.
             * @example NOERROR
             */
            rcode: string;
            /**
             * @description The records, in zone-file style.
             * @example [
             *       "tracking.miui.com. 10 A 0.0.0.0"
             *     ]
             */
            records: string[];
        };
        /** @description A rule that covers a name. */
        ExplainCause: {
            /** @description Whether it lets through or stops. */
            action: components["schemas"]["Action"];
            /** @description The id of the list or group, or the number of the exception. */
            id: string | null;
            /**
             * Format: int64
             * @description The number of the line in the list, from 1.
             */
            line: number | null;
            /**
             * @description The rule, as ponor understood it.
             * @example ||miui.com^
             */
            rule: string;
            /** @description Whose rule it is. */
            source: components["schemas"]["CauseSource"];
            /** @description The text of that line. */
            text: string | null;
            /** @description The alias target that the rule covers, where it is not the name in question. */
            via: string | null;
        };
        /** @description Where an address is at home. */
        ExplainPlace: components["schemas"]["Place"] & {
            /**
             * @description The address.
             * @example 161.117.97.14
             */
            address: string;
            /**
             * @description The same in words.
             * @example registered in SG, announced by Alibaba (US) Technology Co., Ltd. (AS45102)
             */
            text: string;
        };
        /** @description Where the addresses of an answer are at home. */
        ExplainPlaces: {
            /** @description The addresses of which something is known, in the order of the answer. */
            addresses: components["schemas"]["ExplainPlace"][];
            /** @description What this is known from. Its attribution is to be shown beside the places. */
            origin: components["schemas"]["PlaceOrigin"];
        };
        /** @description What would happen to a query, and why. */
        Explanation: {
            /** @description The aliases that the name leads to, in order; empty when it leads to none or when none was looked up. */
            aliases: components["schemas"]["ExplainAlias"][];
            answer: components["schemas"]["ExplainAnswer"] | null;
            catalog: components["schemas"]["CatalogEntry"] | null;
            cause: components["schemas"]["ExplainCause"] | null;
            /** @description What would happen. */
            decision: components["schemas"]["Decision"];
            /** @description The device that would ask. */
            device: string | null;
            /** @description The group that the device is in. */
            group: string | null;
            /**
             * @description The vendor whose names the list that stops it holds, where the catalogue does not know the name.
             * @example Xiaomi
             */
            list_vendor: string | null;
            /** @description The name, in lower case. */
            name: string;
            /** @description Rules that cover the name beside the one that decides. */
            others: components["schemas"]["ExplainCause"][];
            pause: components["schemas"]["Pause"] | null;
            places: components["schemas"]["ExplainPlaces"] | null;
            /** @description One sentence that says it. */
            summary: string;
            /**
             * @description The type.
             * @example A
             */
            type: string;
        };
        /** @description A name whose look-ups failed. */
        FailedName: {
            /**
             * Format: int64
             * @description When it last did, in milliseconds since 1970 UTC.
             */
            last: number;
            /** @description The name, in lower case. */
            name: string;
            /**
             * @description The code of the last reply.
             * @example SERVFAIL
             */
            rcode: string;
            /** @description How often it failed, counted as stops are. */
            times: number;
        };
        /** @description Tries to reach companies: look-ups of names that no device needs. A look-up does not tell that or what was sent. */
        Flow: components["schemas"]["Period"] & {
            /** @description The home countries of the companies, as the catalogue has them: not where anything went. */
            countries: components["schemas"]["FlowNode"][];
            /** @description The devices that tried most, the busiest first. */
            devices: components["schemas"]["FlowNode"][];
            /** @description From companies to their home countries. */
            to_countries: components["schemas"]["FlowLink"][];
            /** @description From devices to companies. */
            to_vendors: components["schemas"]["FlowLink"][];
            /** @description All tries: those of each column, and those of the links between two columns. */
            totals: components["schemas"]["TopSums"];
            /** @description The companies that they tried to reach. */
            vendors: components["schemas"]["FlowNode"][];
        };
        /** @description The tries between a node of one column and a node of the next. */
        FlowLink: components["schemas"]["TopSums"] & {
            /** @description The place of the node in its column, the first is 0. */
            from: number;
            /** @description The place of the other in the next column. */
            to: number;
        };
        /** @description A device, a company or a country; or the rest of its column, which stands last. */
        FlowNode: components["schemas"]["TopSums"] & {
            /**
             * @description The id of the device, the company, or the code of the country; `null` for those that are not known, and for the rest.
             * @example Xiaomi
             */
            key: string | null;
            /**
             * @description What it is called.
             * @example Xiaomi
             */
            label: string;
            /** @description How many of them the rest is; 0 for a single one. */
            others: number;
        };
        /** @description The gap between two askings, in seconds. */
        Gap: {
            /**
             * Format: double
             * @description A quarter of the gaps is shorter.
             */
            lower: number;
            /**
             * Format: double
             * @description Half of the gaps are shorter.
             */
            median: number;
            /**
             * Format: double
             * @description A quarter of the gaps is longer.
             */
            upper: number;
        };
        /** @description What is told of the hours in which a group is offline. */
        GroupHours: {
            /**
             * Format: int64
             * @description When that changes next, in milliseconds since 1970 UTC; `null`: never.
             */
            changes: number | null;
            /** @description Whether it is offline now. */
            offline: boolean;
        };
        /** @description A group, and whether it is offline now. */
        GroupNow: components["schemas"]["GroupStatus"] & {
            hours: components["schemas"]["GroupHours"] | null;
        };
        /** @description What is to be different about a group. What is left out stays as it is. */
        GroupPatch: {
            /** @description Whether anything is stopped for its devices. */
            blocking?: boolean | null;
            /**
             * @description The ids of the lists that govern its devices; `null`: all lists.
             * @example [
             *       "vendors"
             *     ]
             */
            lists?: string[] | null;
            /**
             * @description Windows of the week in which its devices are offline; none: never.
             * @example [
             *       "mon-thu,sun 20:30-06:30"
             *     ]
             */
            offline?: string[] | null;
            safe_search?: components["schemas"]["SafeSearch"] | null;
        };
        /** @description A group, as people see it. */
        GroupStatus: {
            /** @description Whether anything is stopped for its devices. */
            blocking: boolean;
            /**
             * @description The addresses, networks and hardware addresses that `config.toml` puts in it. Devices that somebody put in it say so
             *     themselves.
             * @example [
             *       "192.168.1.40",
             *       "192.168.2.0/24"
             *     ]
             */
            devices: string[];
            /** @description Whether `config.toml` has it, where alone it can be changed then. */
            fixed: boolean;
            /**
             * @description Its id.
             * @example kids
             */
            id: string;
            /** @description The ids of the lists that govern its devices; `null`: all lists. */
            lists: string[] | null;
            /**
             * Format: int64
             * @description When it was made or changed while ponor ran, in milliseconds since 1970 UTC.
             */
            made: number | null;
            /**
             * @description Windows of the week in which its devices are offline, by the clocks of the house.
             * @example [
             *       "mon-thu,sun 20:30-06:30"
             *     ]
             */
            offline: string[];
            safe_search: components["schemas"]["SafeSearch"] | null;
        };
        /**
         * @description What queries are counted by.
         * @enum {string}
         */
        Grouping: "device" | "vendor" | "service" | "purpose" | "country" | "registered" | "network" | "name" | "type" | "verdict" | "list";
        /** @description The groups. */
        Groups: {
            /** @description Those of `config.toml` first. */
            groups: components["schemas"]["GroupNow"][];
        };
        /** @description A hardware address and what it tells. */
        HardwareAddress: {
            /**
             * @description The address.
             * @example aa:bb:cc:dd:ee:ff
             */
            address: string;
            /** @description Whether the device made it up; it may then change, and has no maker. */
            private: boolean;
            /** @description Whose it is by the listing of the IEEE, if it is a usual maker's. */
            vendor: string | null;
        };
        /** @description The first sentences of a page. */
        Headline: components["schemas"]["Period"] & {
            /**
             * Format: int64
             * @description Since when anything is kept, in milliseconds since 1970 UTC. `null` when that is less than a week, so that nothing
             *     can be called new.
             */
            compared_since: number | null;
            /** @description What was first seen in the last week, the newest first: as far as a week or more is kept to compare with. */
            new: components["schemas"]["New"][];
            /** @description The sentences, the most important first. */
            sentences: components["schemas"]["Sentence"][];
        };
        /** @description How the journal does. */
        JournalHealth: {
            /** @description Files that were damaged and are set aside, and folders where files should be, by their names. */
            damaged: string[];
            /** @description Whether queries are written to disk at all. */
            enabled: boolean;
            /** @description Why what was recorded cannot be written, a sentence; `null` when it can. */
            fault: string | null;
            /**
             * Format: int64
             * @description Since when, in milliseconds since 1970 UTC.
             */
            fault_since: number | null;
            /**
             * Format: int64
             * @description Queries that were given up, because too many waited while nothing could be written, or because the day had its
             *     share of the space.
             */
            lost: number;
            /**
             * Format: int64
             * @description Octets on disk.
             */
            octets: number;
            /**
             * @description The first day that is kept.
             * @example 2026-11-23
             */
            oldest_day: string | null;
            /**
             * Format: int64
             * @description Parts of files that could not be read since the start.
             */
            unreadable: number;
            /**
             * Format: int32
             * @description Queries that wait in memory to be written.
             */
            waiting: number;
            /**
             * Format: int64
             * @description When something was last written.
             */
            written_at: number | null;
        };
        /**
         * @description How long something lasts: a duration, `until_tomorrow` or `forever`.
         * @example 1h
         * @example 90m
         * @example until_tomorrow
         * @example forever
         */
        Lasts: string;
        /**
         * @description How likely a name is what broke something.
         * @enum {string}
         */
        Likelihood: "likely" | "possible" | "unlikely";
        /** @description A change to a list. */
        ListChange: {
            /** @description Whether it is used. */
            enabled: boolean;
        };
        /**
         * @description How the lines of a list are read.
         * @enum {string}
         */
        ListFormat: "auto" | "hosts" | "domains" | "adguard" | "dnsmasq" | "unbound" | "rpz";
        /**
         * @description What the plain names of a list mean.
         * @enum {string}
         */
        ListKind: "block" | "allow";
        /** @description A list that can be subscribed to. One of others is not part of ponor, and under its own licence. */
        ListOffer: {
            /**
             * @description An id for it.
             * @example hagezi-xiaomi
             */
            id: string;
            /**
             * @description The licence that it is under, where that is known.
             * @example GPL-3.0
             */
            licence: string | null;
            /** @description What to know before using it. */
            remark: string | null;
            /**
             * @description What it is.
             * @example HaGeZi: trackers of Xiaomi
             */
            title: string;
            /** @description Where it is; `builtin:` and a name for one that comes with ponor. */
            url: string;
            /**
             * @description Whose names it holds, when it is about one vendor of the catalogue.
             * @example Xiaomi
             */
            vendor: string | null;
        };
        /** @description A list, so far as it can be changed while ponor runs. */
        ListRecord: {
            /** @description Whether it is used. */
            enabled: boolean;
            /** @description How its lines are read. */
            format: components["schemas"]["ListFormat"];
            /** @description Its id. */
            id: string;
            /** @description What its plain names mean. */
            kind: components["schemas"]["ListKind"];
            /** @description Where it comes from. */
            source: string;
            /** @description Whether a bare name also means everything below it. */
            subdomains: boolean;
        };
        /** @description What is known of a list. */
        ListStatus: {
            /** @description Whether it is being fetched or read now. */
            busy: boolean;
            /**
             * Format: int64
             * @description The length of the copy in use, in bytes; 0 without one.
             */
            bytes: number;
            /** @description Whether it is used. */
            enabled: boolean;
            /** @description What went wrong at the last try; the copy before it stays in use. */
            error: string | null;
            /** @description Whether the configuration sets it, so that it can only be changed there. */
            fixed: boolean;
            /** @description How its lines are read. */
            format: components["schemas"]["ListFormat"];
            /** @description Why a newer download is not used; it can be accepted. */
            held_back: string | null;
            /** @description Its id. */
            id: string;
            /** @description What its plain names mean. */
            kind: components["schemas"]["ListKind"];
            /**
             * Format: int64
             * @description When it is tried next.
             */
            next: number | null;
            /**
             * Format: int64
             * @description Lines that gave no rule although they are no comments.
             */
            rejected: number;
            /** @description The first of those. */
            rejects: components["schemas"]["Reject"][];
            /** @description Whether it can be removed: it was added while ponor ran. Others come with ponor or with the configuration. */
            removable: boolean;
            /**
             * Format: int64
             * @description Rules in force.
             */
            rules: number;
            /** @description Where it comes from, as configured; the password of a URL is not told. */
            source: string;
            /** @description Whether a bare name also means everything below it. */
            subdomains: boolean;
            /**
             * Format: int64
             * @description When it was last tried.
             */
            tried: number | null;
            /**
             * Format: int64
             * @description When the copy in use was fetched or read, in milliseconds since 1970 UTC.
             */
            updated: number | null;
            /**
             * Format: int64
             * @description How many such names there are.
             */
            warned: number;
            /** @description Names that the list stops although devices need them: the first of them. */
            warnings: components["schemas"]["ListWarning"][];
        };
        /** @description A name that a list stops although devices need it. */
        ListWarning: {
            /** @description What stops working, where that is known. */
            breaks: string | null;
            /** @description The name. */
            name: string;
            /** @description What it is part of. */
            service: string;
            /** @description Whose it is. */
            vendor: string;
        };
        /** @description The lists. */
        Lists: {
            /** @description In the order of configuration. */
            lists: components["schemas"]["ListStatus"][];
        };
        /** @description The data of a `queries` event: rows, oldest first. */
        LiveRows: components["schemas"]["QueryRow"][];
        /** @description What one logs in with. */
        LogIn: {
            /** @description The token, from the file `token` in the data directory, or the password. */
            token: string;
        };
        /** @description Something that was first seen in the last week. */
        New: {
            /**
             * @description The home country of the company.
             * @example CN
             */
            country: string | null;
            /** @description What it is called. */
            device: string;
            /** @description The device. */
            device_id: string;
            /**
             * Format: int64
             * @description The hour in which it was first seen, in milliseconds since 1970 UTC.
             */
            first_seen: number;
            /**
             * @description The company whose names it asked for; `null` when the device itself is new.
             * @example Xiaomi
             */
            vendor: string | null;
        };
        /** @description An exception to be made. */
        NewException: {
            /** @description Whether it lets through or stops. */
            action: components["schemas"]["Action"];
            /** @description How long: a duration such as `1h`, `until_tomorrow` or `forever`; an hour unless given. */
            lasts?: components["schemas"]["Lasts"];
            /**
             * @description A name, which means everything below it too, or a rule or pattern in AdGuard's syntax without `@@`.
             * @example ads.example.org
             */
            name: string;
            /** @description Whom it is for; everyone unless given. */
            scope?: components["schemas"]["Whom"];
        };
        /** @description A group to be made. */
        NewGroup: {
            /** @description Whether anything is stopped for its devices. */
            blocking?: boolean;
            /**
             * @description Its id: lower-case letters, digits, `-` and `_`.
             * @example kids
             */
            id: string;
            /** @description The ids of the lists that govern its devices; all lists unless given. */
            lists?: string[] | null;
            /**
             * @description Windows of the week in which its devices are offline.
             * @example [
             *       "mon-thu,sun 20:30-06:30"
             *     ]
             */
            offline?: string[];
            safe_search?: components["schemas"]["SafeSearch"] | null;
        };
        /** @description A list that is added while ponor runs. */
        NewList: {
            /** @description How its lines are read. */
            format?: components["schemas"]["ListFormat"];
            /**
             * @description Its id: lower-case letters, digits, `-` and `_`.
             * @example more
             */
            id: string;
            /** @description What its plain names mean. */
            kind?: components["schemas"]["ListKind"];
            /**
             * @description An `http://` or `https://` URL, or `builtin:` and a name.
             * @example builtin:vendors-strict
             */
            source: string;
            /** @description Whether a bare name also means everything below it. */
            subdomains?: boolean;
        };
        /** @description A password. */
        NewPassword: {
            /** @description 8 characters at least, 256 octets at most. */
            password: string;
        };
        /** @description A pause to be made. */
        NewPause: {
            /** @description How long: a duration such as `10m`, `until_tomorrow`, or `forever`, which lasts until somebody resumes. */
            lasts: components["schemas"]["Lasts"];
            /** @description Whom it is for; everyone unless given. */
            scope?: components["schemas"]["Whom"];
        };
        /** @description A record to be added. */
        NewRecord: {
            /**
             * @description The record in zone-file style: name, type, data; with a lifetime in seconds behind the name, if it is not to be a minute.
             * @example nas.home.arpa A 192.168.1.5
             */
            record: string;
        };
        /** @description An own rule to be added. */
        NewRule: {
            /** @description The id of the group that it is for; for everyone unless given. */
            group?: string | null;
            /**
             * @description The rule in AdGuard's syntax.
             * @example @@||example.org^
             */
            rule: string;
        };
        /** @description A key to be set. */
        NewValue: {
            /** @description Its value. */
            value: components["schemas"]["SettingValue"];
        };
        /** @description That a device is offline by the hours of its group. */
        OfflineNow: {
            /**
             * Format: int64
             * @description Until when, in milliseconds since 1970 UTC; `null`: always.
             */
            until: number | null;
        };
        /**
         * @description The figures of a time range. Tables are sorted, largest first. Their counts come from sketches of bounded memory:
         *     they are exact while few different keys occur, and never higher than the truth.
         */
        Overview: {
            /**
             * Format: int64
             * @description The length of one bucket of `series`, in seconds.
             */
            bucket_seconds: number;
            /** @description Devices that asked most. */
            devices: components["schemas"]["TopDevice"][];
            /**
             * Format: int64
             * @description Where it begins, in milliseconds since 1970 UTC: whole windows only, so that all figures speak of the same time.
             */
            from: number;
            /** @description Lists that stopped most. */
            lists: components["schemas"]["TopList"][];
            /** @description Names that were asked most. */
            names: components["schemas"]["TopName"][];
            /** @description Purposes of the names that the catalogue knows. */
            purposes: components["schemas"]["TopPurpose"][];
            range: components["schemas"]["Range"] | null;
            /** @description Queries over time, oldest first, without gaps. */
            series: components["schemas"]["Bucket"][];
            /** @description Names that were stopped most. */
            stopped_names: components["schemas"]["StoppedName"][];
            /**
             * Format: double
             * @description The share of queries that were stopped, 0 to 1.
             */
            stopped_share: number;
            /**
             * Format: int64
             * @description Where it ends.
             */
            to: number;
            /** @description All queries of the range. */
            totals: components["schemas"]["Totals"];
            /** @description Companies whose names were asked most. */
            vendors: components["schemas"]["TopVendor"][];
        };
        /** @description An own rule, as people see it. */
        OwnRuleStatus: {
            /** @description Whether `config.toml` has it, where alone it can be changed then. */
            fixed: boolean;
            /** @description The id of the group that it is for; `null`: for everyone. */
            group: string | null;
            /** @description What it is removed by. */
            id: string;
            /**
             * Format: int64
             * @description When it was made while ponor ran, in milliseconds since 1970 UTC.
             */
            made: number | null;
            /**
             * @description The rule in AdGuard's syntax.
             * @example @@||example.org^
             */
            rule: string;
        };
        /** @description The own rules. */
        OwnRules: {
            /** @description The ids of groups that exceptions, pauses or own rules are for and that do not exist: these hold for nobody. */
            missing_groups: string[];
            /** @description Those of `config.toml` first. */
            rules: components["schemas"]["OwnRuleStatus"][];
        };
        /** @description A time in which nothing is stopped. */
        Pause: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /**
             * Format: int64
             * @description When it began, in milliseconds since 1970 UTC.
             */
            made: number;
            /** @description Whom it is for. */
            scope: components["schemas"]["Scope"];
            /**
             * Format: int64
             * @description When it ends; `null`: when somebody ends it.
             */
            until: number | null;
        };
        /** @description The pauses. */
        Pauses: {
            /** @description At most one for the same devices. */
            pauses: components["schemas"]["Pause"][];
        };
        /** @description A time. */
        Period: {
            /**
             * Format: int64
             * @description Where it begins, in milliseconds since 1970 UTC: at a whole minute, hour or day.
             */
            from: number;
            range: components["schemas"]["Range"] | null;
            /**
             * Format: int64
             * @description Where it ends.
             */
            to: number;
        };
        /** @description Where an address is at home. */
        Place: {
            /**
             * @description What that network is called.
             * @example Alibaba (US) Technology Co., Ltd.
             */
            as_name: string | null;
            /**
             * Format: int32
             * @description The number of the network (autonomous system) that announces it.
             * @example 45102
             */
            asn: number | null;
            /**
             * @description The country in which the block of the address is registered (ISO 3166-1): not where the machine stands.
             * @example SG
             */
            country: string | null;
        };
        /** @description What places are known from. */
        PlaceOrigin: {
            /** @description Whom the snapshot is from, as their licences ask to be told. */
            attribution: string[];
            /** @description The operator's own database, by its word for its kind. */
            database: string | null;
            /**
             * @description The day of the snapshot that ships.
             * @example 2026-06-17
             */
            snapshot: string;
        };
        /** @description Why a request was not carried out (RFC 9457). */
        Problem: {
            /**
             * @description What is wrong with this request, and what to do about it.
             * @example there is no list `ads`
             */
            detail: string;
            /**
             * Format: int32
             * @description The HTTP status.
             * @example 404
             */
            status: number;
            /**
             * @description The status in words.
             * @example Not Found
             */
            title: string;
            /**
             * @description What kind of problem it is; `about:blank`: what the status says.
             * @example about:blank
             */
            type: string;
        };
        /**
         * @description What a service is for.
         * @enum {string}
         */
        Purpose: "account" | "acr" | "advertising" | "app_store" | "browsing_history" | "cloud_sync" | "connectivity_check" | "content" | "crash_reports" | "device_control" | "diagnostics" | "dns_bypass" | "experiments" | "identity" | "licensing" | "location" | "push" | "remote_config" | "search" | "security" | "time" | "update" | "usage_analytics";
        /** @description What made a query end as it did. */
        QueryCause: {
            /**
             * @description The id of the list or group.
             * @example vendors
             */
            id: string | null;
            /**
             * @description The name in the deciding rule, in lower case; `*.` before it when the rule covers only what is below; `null`
             *     when no rule with a name decided.
             * @example miui.com
             */
            rule: string | null;
            /** @description Whose word it was. */
            source: components["schemas"]["CauseSource"];
            /** @description The alias target that the rule covers, where it is not the name in question. */
            via: string | null;
        };
        /** @description A page of queries. */
        QueryPage: {
            /**
             * Format: int64
             * @description `before` for the page behind this one; `null` on the last.
             */
            next: number | null;
            /** @description Whether the search took too long, so that there may be fewer rows than were wanted; `next` continues it. */
            partial: boolean;
            /** @description The rows, newest first. */
            rows: components["schemas"]["QueryRow"][];
            /**
             * Format: int64
             * @description How far back it came then, in milliseconds since 1970 UTC.
             */
            scanned_to: number | null;
        };
        /** @description One query as people read it. */
        QueryRow: {
            /**
             * Format: int64
             * @description When it was answered, in milliseconds since 1970 UTC.
             */
            at: number;
            attribution: components["schemas"]["Attribution"] | null;
            cause: components["schemas"]["QueryCause"] | null;
            /**
             * @description The device that asked, by its address.
             * @example 192.168.1.23
             */
            device: string;
            /**
             * @description What that device is known by, which its addresses share.
             * @example aa:bb:cc:dd:ee:ff
             */
            device_id: string;
            /**
             * @description What the device is called; its address when nobody knows a name.
             * @example living-room-tv
             */
            device_name: string;
            /**
             * Format: int64
             * @description Grows with each query, across restarts too; pages and the live stream are continued from it.
             */
            id: number;
            /**
             * Format: int64
             * @description From the arrival of the query to the reply, in microseconds.
             */
            latency_us: number;
            /**
             * @description The name asked for, its case kept.
             * @example tracking.intl.miui.com
             */
            name: string;
            /**
             * @description The code of the reply.
             * @example NOERROR
             */
            rcode: string;
            /** @description What carried it. */
            transport: components["schemas"]["Transport"];
            /**
             * @description The type asked for.
             * @example A
             */
            type: string;
            /** @description How it ended. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description A time range that ends now.
         * @enum {string}
         */
        Range: "1h" | "24h" | "7d" | "30d" | "1y";
        /** @description That queries are answered. */
        Readiness: {
            /** @description What does not work as it should all the same, a sentence each. */
            degraded: string[];
            /** @description That they are. */
            ready: boolean;
        };
        /** @description Why a stopped name is, or is not, thought to be what broke something. */
        Reason: {
            /** @enum {string} */
            kind: "needed";
        } | {
            /**
             * Format: int64
             * @description When it was let through last, in milliseconds since 1970 UTC.
             */
            at: number;
            /** @enum {string} */
            kind: "worked_before";
        } | {
            /** @enum {string} */
            kind: "breaks";
        } | {
            /** @enum {string} */
            kind: "retried";
            /**
             * Format: int64
             * @description Within how many seconds.
             */
            seconds: number;
            /** @description How often. */
            times: number;
        } | {
            /** @enum {string} */
            kind: "beside";
            /** @description That name. */
            name: string;
        } | {
            /** @enum {string} */
            kind: "alias";
        } | {
            /** @enum {string} */
            kind: "new";
        } | {
            /** @enum {string} */
            kind: "one_list";
        } | {
            /** @enum {string} */
            kind: "just_now";
        } | {
            /** @enum {string} */
            kind: "reports";
        } | {
            /** @enum {string} */
            kind: "canary";
        } | {
            /**
             * Format: double
             * @description The usual gap, where that is regular.
             */
            every_seconds: number | null;
            /**
             * Format: int32
             * @description In how many different hours of the day it asks.
             */
            hours: number;
            /** @enum {string} */
            kind: "steady";
        };
        /** @description A record that is answered here, as people see it. */
        RecordStatus: {
            /** @description Whether `config.toml` has it, where alone it can be changed then. */
            fixed: boolean;
            /** @description What it is removed by. */
            id: string;
            /**
             * Format: int64
             * @description When it was made while ponor ran, in milliseconds since 1970 UTC.
             */
            made: number | null;
            /**
             * @description The record in zone-file style.
             * @example nas.home.arpa A 192.168.1.5
             */
            record: string;
        };
        /** @description The records. */
        Records: {
            /** @description Those of `config.toml` first. */
            records: components["schemas"]["RecordStatus"][];
        };
        /** @description A line that gave no rule although it is not a comment. */
        Reject: {
            /**
             * Format: int64
             * @description Its number, from 1.
             */
            line: number;
            /** @description Why it gave no rule. */
            reason: string;
            /** @description Its text, cut to a readable length. */
            text: string;
        };
        /** @description A name that was asked for. */
        ReportName: {
            attribution: components["schemas"]["Attribution"] | null;
            /** @description What breaks when it is stopped. */
            breaks: string | null;
            /**
             * Format: int64
             * @description When it was first seen, as far back as anything is kept, in milliseconds since 1970 UTC: the hour or day of it where
             *     it was before ponor was started.
             */
            first_seen: number;
            /**
             * Format: int64
             * @description When it was last seen in this time, likewise.
             */
            last_seen: number;
            /**
             * @description The name, in lower case.
             * @example tracking.rus.miui.com
             */
            name: string;
            /**
             * Format: int64
             * @description How often it was asked.
             */
            queries: number;
            /**
             * @description The regional variant that it is of.
             * @example Russia
             */
            region: string | null;
            rhythm: components["schemas"]["Rhythm"] | null;
            /** @description What is sent there, where a source says so. */
            sent: string | null;
            /**
             * Format: int64
             * @description How often of these it was stopped.
             */
            stopped: number;
        };
        /**
         * @description Where what was answered is at home: in which country the address is registered, and which network announces it. Not
         *     where the machine stands, nor where data goes.
         */
        ReportPlace: components["schemas"]["Place"] & {
            /**
             * Format: int64
             * @description How often names were let through whose answers are at home there.
             */
            queries: number;
        };
        /** @description A service that was asked for. */
        ReportService: {
            /** @description What stopping it costs. */
            class: components["schemas"]["Class"];
            /** @description What it is for. */
            purpose: components["schemas"]["Purpose"];
            /**
             * Format: int64
             * @description How often it was asked.
             */
            queries: number;
            /** @description What it is called. */
            service: string;
            /**
             * Format: int64
             * @description How often of these it was stopped.
             */
            stopped: number;
        };
        /** @description A company in the report of a device. */
        ReportVendor: {
            /**
             * @description Its home country: not where data would have gone.
             * @example CN
             */
            country: string | null;
            /**
             * Format: int64
             * @description When it was first seen, as far back as anything is kept, in milliseconds since 1970 UTC.
             */
            first_seen: number;
            gap: components["schemas"]["Gap"] | null;
            /** @description Whether it was first seen in the last week, although more than a week is kept. */
            is_new: boolean;
            /**
             * Format: int64
             * @description When it was last seen in this time.
             */
            last_seen: number;
            /** @description Its names, those asked most first. */
            names: components["schemas"]["ReportName"][];
            /**
             * Format: double
             * @description The share that was asked at night, from 00 to 06 in `zone`; `null` for a time that is told by days.
             */
            night_share: number | null;
            /** @description Where what was answered for its names is at home, as far as any were let through. */
            places: components["schemas"]["ReportPlace"][];
            /** @description What they are for. */
            purposes: components["schemas"]["Purpose"][];
            /**
             * Format: int64
             * @description How often its names were asked for.
             */
            queries: number;
            /** @description The regional variants whose names were asked for. */
            regions: string[];
            /** @description Its services. */
            services: components["schemas"]["ReportService"][];
            /**
             * Format: int64
             * @description How often of these that was stopped.
             */
            stopped: number;
            /**
             * Format: double
             * @description The share that was stopped, 0 to 1.
             */
            stopped_share: number;
            /**
             * @description The company.
             * @example Xiaomi
             */
            vendor: string;
        };
        /** @description How regularly a device asks for a name, over the last day before ponor was started and since then. */
        Rhythm: {
            /**
             * Format: int64
             * @description How often it asked; what follows within a second, such as the other record types, is not counted again.
             */
            asked: number;
            /** @description Whether it does so in nearly every hour of the day. */
            day_and_night: boolean;
            /**
             * @description What the device is known by.
             * @example aa:bb:cc:dd:ee:ff
             */
            device_id: string;
            /**
             * Format: int64
             * @description When it first asked, in milliseconds since 1970 UTC.
             */
            first_seen: number;
            gap: components["schemas"]["Gap"] | null;
            /**
             * Format: int32
             * @description In how many different hours of the day it asked, 1 to 24.
             */
            hours: number;
            /**
             * Format: int64
             * @description When it last asked.
             */
            last_seen: number;
            /**
             * @description The name, in lower case.
             * @example tracking.intl.miui.com
             */
            name: string;
            /**
             * Format: double
             * @description The share that was asked at night, from 00 to 06 by the clocks of the house, 0 to 1.
             */
            night_share: number;
            /** @description Whether it asks at regular intervals, for hours. */
            regular: boolean;
        };
        /**
         * @description Whether search engines answer with their filters on.
         * @enum {string}
         */
        SafeSearch: "off" | "moderate" | "strict";
        /** @description Whom an order is for. */
        Scope: "everyone" | {
            /** @description The devices of the group with this id. */
            group: string;
        } | {
            /** @description One device, by its hardware address or an address; it holds for all its addresses. */
            device: string;
        };
        /** @description A sentence: `template` says which, `slots` hold what belongs into its gaps. "Tried" means looked up. */
        Sentence: {
            /** @description Nothing was asked in this time. */
            slots: Record<string, never>;
            /** @enum {string} */
            template: "nothing_asked";
        } | {
            /**
             * @description So many devices tried to reach so many companies by names that are not needed, so often; so many tries were
             *     stopped, the others got through.
             */
            slots: {
                /** @description All devices that are known. */
                all_devices: number;
                /** @description Companies. */
                companies: number;
                /** @description Devices that tried. */
                devices: number;
                /**
                 * Format: double
                 * @description The share of all queries that was stopped, 0 to 1.
                 */
                share: number;
                /**
                 * Format: int64
                 * @description Tries that were stopped.
                 */
                stopped: number;
                /**
                 * Format: int64
                 * @description Tries that were not.
                 */
                through: number;
                /**
                 * Format: int64
                 * @description Tries.
                 */
                tries: number;
            };
            /** @enum {string} */
            template: "stopped_share";
        } | {
            /** @description So many queries of so many were stopped; which device asked for what is not kept. */
            slots: {
                /**
                 * Format: int64
                 * @description All queries.
                 */
                queries: number;
                /**
                 * Format: double
                 * @description The share of all queries that was stopped, 0 to 1.
                 */
                share: number;
                /**
                 * Format: int64
                 * @description Those that were stopped.
                 */
                stopped: number;
            };
            /** @enum {string} */
            template: "stopped";
        } | {
            /** @description The device that tried to reach a company most. */
            slots: {
                /** @description Whether it also tried at night, from 00 to 06 by the clocks of the house. */
                at_night: boolean;
                /** @description Its home country: not where data would have gone. */
                country: string | null;
                /** @description What it is called. */
                device: string;
                /** @description The device. */
                device_id: string;
                /**
                 * Format: double
                 * @description The usual gap between two tries for the busiest name, where that is regular.
                 */
                every_seconds: number | null;
                /**
                 * Format: int64
                 * @description How often it tried.
                 */
                tries: number;
                /** @description The company. */
                vendor: string;
            };
            /** @enum {string} */
            template: "most_active";
        } | {
            /** @description A device asks for a name at regular intervals. */
            slots: {
                /** @description Whether it does so in nearly every hour of the day. */
                day_and_night: boolean;
                /**
                 * Format: double
                 * @description The usual gap.
                 */
                every_seconds: number;
                /** @description The name. */
                name: string;
                /**
                 * Format: int64
                 * @description When that began, in milliseconds since 1970 UTC.
                 */
                since: number;
                /** @description Whose it is. */
                vendor: string | null;
            };
            /** @enum {string} */
            template: "asks_regularly";
        } | {
            /** @description A device tried to reach a company for the first time. */
            slots: {
                /** @description Its home country. */
                country: string | null;
                /**
                 * Format: int64
                 * @description When it first did, in milliseconds since 1970 UTC.
                 */
                first_seen: number;
                /** @description The company. */
                vendor: string;
            };
            /** @enum {string} */
            template: "new_vendor";
        } | {
            /** @description A name that reports got through. */
            slots: {
                /** @description The name. */
                name: string;
                /**
                 * Format: int64
                 * @description Tries that got through.
                 */
                tries: number;
                /** @description Whose it is. */
                vendor: string;
            };
            /** @enum {string} */
            template: "got_through";
        } | {
            /** @description A name that the device needs is stopped. */
            slots: {
                /** @description What stops working, where that is known. */
                breaks: string | null;
                /** @description The name. */
                name: string;
                /**
                 * Format: int64
                 * @description Tries that were stopped.
                 */
                tries: number;
                /** @description Whose it is. */
                vendor: string;
            };
            /** @enum {string} */
            template: "needed_but_stopped";
        } | {
            /** @description Names of regional variants of a company were asked for. */
            slots: {
                /** @description The regions, such as `Russia`. */
                regions: string[];
                /** @description The company. */
                vendor: string;
            };
            /** @enum {string} */
            template: "regional_variants";
        } | {
            /** @description Devices of this company also use addresses that are compiled in: DNS can neither see nor stop that. */
            slots: {
                /** @description How many addresses are known. */
                addresses: number;
                /** @description What uses the addresses, as far as it is known. */
                used_by: string[];
                /** @description The company. */
                vendor: string;
            };
            /** @enum {string} */
            template: "dns_cannot_see";
        };
        /** @description Queries over time. */
        SeriesPage: components["schemas"]["SeriesSpan"] & {
            before: components["schemas"]["SeriesSpan"] | null;
        };
        /** @description A time and the queries in it. */
        SeriesSpan: components["schemas"]["Period"] & {
            /**
             * Format: int64
             * @description The length of a bucket, in seconds.
             */
            bucket_seconds: number;
            /** @description Queries over time, oldest first, without gaps. */
            series: components["schemas"]["Bucket"][];
            /** @description All queries. */
            totals: components["schemas"]["Totals"];
        };
        /** @description What is known of one server, for people. */
        ServerHealth: {
            /**
             * Format: int64
             * @description How often it did not give an answer in time, or a worse one than another server.
             */
            failures: number;
            /** @description Whether it is asked only for the addresses of the others, and of the hosts that lists come from. */
            is_bootstrap: boolean;
            /** @description What went wrong the last time something did. */
            last_error: string | null;
            /** @description How it is spoken to: `udp`, `tcp`, `tls`, `https`, `quic` or `h3`. */
            protocol: string;
            /**
             * Format: int64
             * @description How often it was asked.
             */
            queries: number;
            /** @description The server as the configuration writes it: `tls://dns.quad9.net`. */
            server: string;
            /**
             * Format: double
             * @description The smoothed time from question to answer in milliseconds; absent before the first answer.
             */
            smoothed_rtt_ms: number | null;
            /** @description Whether it answers. */
            state: components["schemas"]["ServerState"];
        };
        /**
         * @description Whether a server answers.
         * @enum {string}
         */
        ServerState: "up" | "unknown" | "failing" | "down";
        /** @description Whether this client may read the API. */
        SessionState: {
            /** @description Whether this client may read the API as it is. */
            authenticated: boolean;
            /** @description Whether there is a password for that, beside the token. */
            password: boolean;
            /** @description Whether one must log in here at all. */
            required: boolean;
        };
        /** @description A setting that does not hold. */
        SetAsideStatus: {
            /** @description What was set. */
            value: components["schemas"]["SettingValue"];
            /** @description Why it does not hold. */
            why: string;
        };
        /**
         * @description Who set a value.
         * @enum {string}
         */
        SetBy: "default" | "setting" | "file" | "variable" | "flag";
        /**
         * @description What a key takes.
         * @enum {string}
         */
        SettingKind: "switch" | "number" | "choice" | "quantity" | "text" | "lines";
        /** @description The keys of the configuration. */
        SettingList: {
            /**
             * @description The state folder, where settings are kept.
             * @example /var/lib/ponor
             */
            data_dir: string;
            /**
             * @description The configuration file; `null`: there is none.
             * @example /etc/ponor/config.toml
             */
            file: string | null;
            /** @description In the order of the reference. */
            settings: components["schemas"]["SettingStatus"][];
        };
        /** @description A key and its value, as people see them. */
        SettingStatus: {
            /** @description What it is, as the reference of the configuration says it. */
            about: string;
            /** @description The words that it takes. */
            choices: string[];
            default: components["schemas"]["SettingValue"] | null;
            fixed: components["schemas"]["WhyFixed"] | null;
            /**
             * @description The key: `upstream.servers`, `lists[vendors].source`.
             * @example upstream.servers
             */
            key: string;
            /** @description What it takes. */
            kind: components["schemas"]["SettingKind"];
            /**
             * @description The least that it takes, as it is written; `null` where nothing can be measured.
             * @example 10ms
             */
            least: string | null;
            /** @description The line of the file. */
            line: number | null;
            /**
             * @description The most that it takes.
             * @example 1m
             */
            most: string | null;
            /**
             * @description Where it was set, if not here: `config.toml:12:1`, a variable, a flag.
             * @example config.toml:12:1
             */
            place: string | null;
            set_aside: components["schemas"]["SetAsideStatus"] | null;
            /** @description Who set it. */
            set_by: components["schemas"]["SetBy"];
            value: components["schemas"]["SettingValue"] | null;
        };
        /** @description The value of a key: `true`, a whole number, a text, or several texts. */
        SettingValue: boolean | number | string | string[];
        /** @description A group that was made while ponor ran. Devices are put in it one by one, and it is said of them. */
        StandingGroup: {
            /** @description Whether anything is stopped for its devices. */
            blocking: boolean;
            /**
             * @description Its id.
             * @example kids
             */
            id: string;
            /** @description The ids of the lists that govern its devices; `null`: all lists. */
            lists: string[] | null;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 UTC.
             */
            made: number;
            /**
             * Format: int64
             * @description The number of the change that made it what it is.
             */
            number: number;
            /**
             * @description Windows of the week in which its devices are offline.
             * @example [
             *       "mon-thu,sun 20:30-06:30"
             *     ]
             */
            offline?: string[];
            safe_search: components["schemas"]["SafeSearch"] | null;
        };
        /** @description A record that was made while ponor ran. */
        StandingRecord: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 UTC.
             */
            made: number;
            /**
             * @description The record in zone-file style.
             * @example nas.home.arpa A 192.168.1.5
             */
            record: string;
        };
        /** @description An own rule that was made while ponor ran. */
        StandingRule: {
            /** @description The id of the group that it is for; `null`: for everyone. */
            group: string | null;
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 UTC.
             */
            made: number;
            /**
             * @description The rule in AdGuard's syntax.
             * @example @@||example.org^
             */
            rule: string;
        };
        /** @description A setting that was made while ponor ran. */
        StandingSetting: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /**
             * @description The key.
             * @example upstream.servers
             */
            key: string;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 UTC.
             */
            made: number;
            /** @description Its value. */
            value: components["schemas"]["SettingValue"];
        };
        /** @description How ponor does. */
        Status: {
            /** @description Whether anything is stopped at all. */
            blocking: boolean;
            /** @description Counters of other parts by name. */
            counters: {
                [key: string]: number;
            };
            /** @description Whether all devices and queries are made up. */
            demo: boolean;
            /** @description Where plain DNS is answered over UDP, as `192.168.1.2:53`. */
            dns: string[];
            /** @description How the journal does. */
            journal: components["schemas"]["JournalHealth"];
            /** @description Why not, a sentence each. */
            not_ready: string[];
            /**
             * Format: int64
             * @description The time here, in milliseconds since 1970 UTC.
             */
            now: number;
            /** @description The pauses during which nothing is stopped, for all devices or for some. */
            pauses: components["schemas"]["Pause"][];
            /** @description Whether queries are answered. */
            ready: boolean;
            /** @description Queries since the start. */
            totals: components["schemas"]["Totals"];
            /**
             * Format: int64
             * @description Queries that were answered but not recorded because too many came at once.
             */
            unrecorded: number;
            /** @description The upstreams and how they do. */
            upstreams: components["schemas"]["ServerHealth"][];
            /**
             * Format: int64
             * @description Seconds since the start.
             */
            uptime_seconds: number;
            /**
             * @description Its version.
             * @example 0.1.0
             */
            version: string;
        };
        /** @description A name that was stopped. */
        StoppedName: {
            attribution: components["schemas"]["Attribution"] | null;
            /** @description The list that stopped it last; `null` when it was no list. */
            list: string | null;
            /** @description The name, in lower case. */
            name: string;
            /**
             * Format: int64
             * @description How often.
             */
            stopped: number;
        };
        /** @description A name that was stopped for a device. */
        Suspect: {
            attribution: components["schemas"]["Attribution"] | null;
            /** @description What breaks when it is stopped. */
            breaks: string | null;
            cause: components["schemas"]["QueryCause"] | null;
            /**
             * Format: int64
             * @description When it was first stopped in this time, in milliseconds since 1970 UTC.
             */
            first: number;
            /**
             * Format: int64
             * @description When it was last stopped.
             */
            last: number;
            /**
             * Format: int64
             * @description When it was last let through after that; `null` when it was not.
             */
            let_through: number | null;
            /** @description How likely it is what broke something. */
            likelihood: components["schemas"]["Likelihood"];
            /**
             * @description The name, in lower case.
             * @example log-ingestion-eu.samsungacr.com
             */
            name: string;
            /** @description Why, what speaks for it first. */
            reasons: components["schemas"]["Reason"][];
            /** @description How often it was stopped; what follows within a second, such as the other record types, is not counted again. */
            times: number;
        };
        /** @description What was stopped for a device in the last minutes. */
        Suspects: {
            /**
             * @description What the device is known by.
             * @example aa:bb:cc:dd:ee:ff
             */
            device_id: string;
            /**
             * @description What it is called; what it is known by when nobody knows a name.
             * @example living-room-tv
             */
            device_name: string;
            /** @description The names whose last look-up failed, the latest first; 50 at most. */
            failed: components["schemas"]["FailedName"][];
            /**
             * Format: int64
             * @description Where these minutes begin, in milliseconds since 1970 UTC.
             */
            from: number;
            /** @description The names that were stopped, the likeliest to have broken something first; 50 at most. */
            names: components["schemas"]["Suspect"][];
            /** @description Whether there were too many queries to look at all of them. */
            partial: boolean;
            /** @description How many queries of it there were. */
            queries: number;
            /**
             * Format: int64
             * @description Now.
             */
            to: number;
        };
        /** @description What people said of one device. */
        ToldDevice: {
            /** @description The id of the group that it is in. */
            group?: string | null;
            kind?: components["schemas"]["DeviceKind"] | null;
            /** @description What it is called. */
            name?: string | null;
            /** @description Addresses and hardware addresses that are its own, beside the one that it is known by. */
            parts?: string[];
        };
        /** @description What was said of some devices, or of all of them. */
        ToldDevices: {
            /** @description Addresses that are devices of their own, although they share a hardware address with others. */
            apart?: string[];
            /** @description Those of which something was said. */
            devices: components["schemas"]["ToldOfDevice"][];
        };
        /** @description What was said of a device. */
        ToldOfDevice: components["schemas"]["ToldDevice"] & {
            /**
             * @description What it is known by.
             * @example aa:bb:cc:dd:ee:ff
             */
            id: string;
        };
        /** @description A device that asked. */
        TopDevice: {
            /** @description The device, by its address. */
            device: string;
            /** @description What that device is known by, which its addresses share. */
            device_id: string;
            /** @description What it is called; its address when nobody knows a name. */
            device_name: string;
            /**
             * Format: int64
             * @description How often it asked.
             */
            queries: number;
            /**
             * Format: int64
             * @description How often of these it was stopped.
             */
            stopped: number;
        };
        /** @description The queries of one device, vendor, service, purpose, country, network, name, list or end. */
        TopLine: {
            before: components["schemas"]["TopSums"] | null;
            /**
             * @description Of a vendor or service, the home country of the vendor: not where data would have gone.
             * @example CN
             */
            country: string | null;
            /**
             * @description Which one: the id of a device or list, a name, the word for a purpose or an end; `null` for queries of which it is
             *     not known, or about which no list decided: these are told apart by their labels.
             * @example Xiaomi
             */
            key: string | null;
            /**
             * @description What it is called.
             * @example Xiaomi
             */
            label: string;
            /**
             * Format: int64
             * @description How many queries.
             */
            queries: number;
            /**
             * Format: int64
             * @description How many of them were stopped.
             */
            stopped: number;
        };
        /** @description A list that stopped. */
        TopList: {
            /** @description Its id. */
            list: string;
            /**
             * Format: int64
             * @description How often.
             */
            stopped: number;
        };
        /** @description A name that was asked. */
        TopName: {
            attribution: components["schemas"]["Attribution"] | null;
            /** @description The name, in lower case. */
            name: string;
            /**
             * Format: int64
             * @description How often it was asked.
             */
            queries: number;
            /**
             * Format: int64
             * @description How often of these it was stopped.
             */
            stopped: number;
        };
        /** @description Queries counted by something. */
        TopPage: components["schemas"]["Period"] & {
            compared_with: components["schemas"]["Period"] | null;
            /** @description What they are counted by. By `registered` and `network` only those are that were let through. */
            group: components["schemas"]["Grouping"];
            /** @description As many as were wanted, those with most queries first. */
            lines: components["schemas"]["TopLine"][];
            /** @description How many more lines there would be. */
            more: number;
            /** @description All queries that are meant, and how many of them were stopped. */
            totals: components["schemas"]["TopSums"];
            totals_before: components["schemas"]["TopSums"] | null;
        };
        /** @description What names were for. */
        TopPurpose: {
            /** @description The purpose. */
            purpose: components["schemas"]["Purpose"];
            /**
             * Format: int64
             * @description How often such names were asked.
             */
            queries: number;
            /**
             * Format: int64
             * @description How often of these they were stopped.
             */
            stopped: number;
        };
        /** @description How many queries there were, and how many of them were stopped. */
        TopSums: {
            /**
             * Format: int64
             * @description All of them.
             */
            queries: number;
            /**
             * Format: int64
             * @description Those that were stopped.
             */
            stopped: number;
        };
        /** @description A company whose names were asked. */
        TopVendor: {
            /** @description Its home country, an ISO 3166-1 code of two letters. */
            country: string | null;
            /**
             * Format: int64
             * @description How often its names were asked.
             */
            queries: number;
            /**
             * Format: int64
             * @description How often of these they were stopped.
             */
            stopped: number;
            /** @description The company. */
            vendor: string;
        };
        /** @description Queries by how they ended. */
        Totals: {
            /**
             * Format: int64
             * @description Answered by an upstream.
             */
            allowed: number;
            /**
             * Format: int64
             * @description Answered from memory.
             */
            cached: number;
            /**
             * Format: int64
             * @description Not answered.
             */
            failed: number;
            /**
             * Format: int64
             * @description Answered from data kept here.
             */
            local: number;
            /**
             * Format: int64
             * @description All of them.
             */
            queries: number;
            /**
             * Format: int64
             * @description Stopped by a rule.
             */
            stopped: number;
        };
        /**
         * @description What carried a query.
         * @enum {string}
         */
        Transport: "udp" | "tcp" | "dot" | "doh" | "doh3" | "doq";
        /** @description A step of an update. */
        UpdateProgress: {
            /**
             * Format: int64
             * @description Bytes of text received so far, after decompression; at the end the length of the copy in use.
             */
            bytes: number;
            /** @description The list. */
            id: string;
            /** @description What is happening. */
            state: components["schemas"]["UpdateState"];
            /**
             * Format: int64
             * @description Bytes in all, where that is known.
             */
            total: number | null;
        };
        /** @description What is happening to a list. */
        UpdateState: {
            /** @enum {string} */
            name: "asking";
        } | {
            /** @enum {string} */
            name: "receiving";
        } | {
            /** @enum {string} */
            name: "reading";
        } | {
            /** @enum {string} */
            name: "unchanged";
        } | {
            /** @enum {string} */
            name: "updated";
        } | {
            /** @enum {string} */
            name: "held";
            /** @description The end: the download is put aside, for this reason. */
            text: string;
        } | {
            /** @enum {string} */
            name: "failed";
            /** @description The end: it failed, for this reason. */
            text: string;
        };
        /** @description A vendor and its services. */
        Vendor: {
            /** @description How many names are telemetry or advertising. */
            block: number;
            /**
             * @description Its home country, an ISO 3166-1 code of two letters: not where data would have gone.
             * @example CN
             */
            country: string | null;
            /** @description How many names devices need. */
            functional: number;
            /** @description How many names are telemetry whose stopping has side effects. */
            mixed: number;
            /** @description Its services. */
            services: components["schemas"]["VendorService"][];
            /** @description What DNS cannot see: addresses that its devices and apps use without a look-up. */
            unseen: components["schemas"]["Way"][];
            /**
             * @description The company.
             * @example Xiaomi
             */
            vendor: string;
        };
        /** @description A device that asked for names of a vendor. */
        VendorDevice: {
            /** @description What the device is known by. */
            device_id: string;
            /** @description What it is called. */
            device_name: string;
            /**
             * Format: int64
             * @description When it first did in this time, in milliseconds since 1970 UTC: the minute, hour or day of it.
             */
            first_seen: number;
            /**
             * Format: int64
             * @description When it last did.
             */
            last_seen: number;
            /**
             * Format: int64
             * @description How often it asked.
             */
            queries: number;
            /**
             * Format: int64
             * @description How often of these it was stopped.
             */
            stopped: number;
        };
        /**
         * @description What devices asked of a vendor. Times are of UTC. A query is a look-up, an attempt: it does not tell that or what was
         *     sent.
         */
        VendorFigures: components["schemas"]["Period"] & {
            /**
             * Format: int64
             * @description The length of a bucket of `series`, in seconds.
             */
            bucket_seconds: number;
            /** @description The devices that asked, those that asked most first. */
            devices: components["schemas"]["VendorDevice"][];
            /**
             * Format: int64
             * @description When it was first seen, as far back as anything is kept, in milliseconds since 1970 UTC; `null` when it was not.
             */
            first_seen: number | null;
            /** @description The names that were asked for, those asked most first. Their rhythm is told in the reports of devices. */
            names: components["schemas"]["ReportName"][];
            /** @description Where what was answered for its names is at home, as far as any were let through. */
            places: components["schemas"]["ReportPlace"][];
            /** @description What they are for. */
            purposes: components["schemas"]["Purpose"][];
            /** @description The regional variants whose names were asked for. */
            regions: string[];
            /** @description Queries over time, oldest first, without gaps. */
            series: components["schemas"]["Bucket"][];
            /** @description Its services that were asked for. */
            services: components["schemas"]["ReportService"][];
            /**
             * Format: double
             * @description The share that was stopped, 0 to 1.
             */
            stopped_share: number;
            /** @description Queries for its names. */
            totals: components["schemas"]["Totals"];
        };
        /** @description The vendors of the catalogue. */
        VendorPage: {
            /** @description Lists that can be subscribed to. */
            lists: components["schemas"]["ListOffer"][];
            /** @description The vendors by name. */
            vendors: components["schemas"]["Vendor"][];
        };
        /** @description The report of a vendor: what the catalogue knows of it, what DNS cannot see, and what devices asked. */
        VendorReport: components["schemas"]["VendorFigures"] & {
            /** @description What the catalogue knows of it, and what DNS cannot see. */
            vendor: components["schemas"]["Vendor"];
        };
        /** @description A service of a vendor. */
        VendorService: {
            /** @description What breaks when it is stopped. */
            breaks: string | null;
            /** @description What stopping it costs. */
            class: components["schemas"]["Class"];
            /** @description How well this is known. */
            confidence: components["schemas"]["Confidence"];
            /**
             * @description Its names; `*.` before one stands for everything below it.
             * @example [
             *       "log.ad.xiaomi.com"
             *     ]
             */
            names: string[];
            /** @description What it is for. */
            purpose: components["schemas"]["Purpose"];
            /** @description What is sent there, as far as it is known. */
            sent: string | null;
            /**
             * @description What it is called.
             * @example MSA ad log
             */
            service: string;
            /** @description Where this is known from. */
            sources: string[];
        };
        /**
         * @description How a query ended.
         * @enum {string}
         */
        Verdict: "stopped" | "allowed" | "cached" | "local" | "failed";
        /** @description A way past the resolver of the network. */
        Way: {
            /**
             * @description Its addresses.
             * @example [
             *       "161.117.97.14"
             *     ]
             */
            addresses?: string[];
            /**
             * @description What stops working when it is closed.
             * @example Notifications
             */
            cost: string | null;
            /** @description Its names for DNS over HTTPS. */
            doh?: string[];
            /** @description Its names for DNS over QUIC. */
            doq?: string[];
            /** @description Its names for DNS over TLS. */
            dot?: string[];
            /**
             * @description The name that is looked up otherwise.
             * @example resolver.msg.global.xiaomi.net
             */
            instead_of: string | null;
            /** @description What kind of way. */
            kind: components["schemas"]["WayKind"];
            /** @description Its names. */
            names?: string[];
            /**
             * @description Who runs it; `null` where several do or it is not known.
             * @example Xiaomi
             */
            operator: string | null;
            /** @description Where this is known from. */
            sources: string[];
            /** @description Which devices and programs take it, as far as it is known. */
            used_by: string | null;
            /**
             * @description The vendor of the catalogue whose devices take it.
             * @example Xiaomi
             */
            vendor: string | null;
        };
        /**
         * @description What kind of way past the resolver it is.
         * @enum {string}
         */
        WayKind: "canary" | "designation" | "relay" | "resolver" | "app_resolver" | "compiled_in";
        /** @description Whom something is asked for. */
        Whom: "everyone" | {
            /** @description The devices of the group with this id. */
            group: string;
        } | {
            /** @description One device: its hardware address, an address, or its name. */
            device: string;
        };
        /**
         * @description Why a key cannot be set while ponor runs.
         * @enum {string}
         */
        WhyFixed: "configured" | "never";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    askers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Askers"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    catalog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description A name, or an address.
                 * @example tracking.rus.miui.com
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogRecord"];
                };
            };
            /** @description The catalogue does not know it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changes"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The change */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description What the names begin with: 16 hexadecimal digits in lower case that nobody else has
                 * @example 0123456789abcdef
                 */
                nonce: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Check"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    devices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, any of its addresses, or its name
                 * @example living-room-tv
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description There is no such device */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, any of its addresses, or its name
                 * @example living-room-tv
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DevicePatch"];
            };
        };
        responses: {
            /** @description In force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    merge_devices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The device that stays: its id, any of its addresses, or its name
                 * @example living-room-tv
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceMerge"];
            };
        };
        responses: {
            /** @description In force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    device_report: {
        parameters: {
            query?: {
                /** @description The time range; a day unless a time is given. */
                range?: "1h" | "24h" | "7d" | "30d" | "1y";
                /** @description In place of a range, where the time begins, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Where it ends; now unless given. */
                to?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Its id, any of its addresses, or its name
                 * @example living-room-tv
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceReport"];
                };
            };
            /** @description There is no such device, or no journal */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    split_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The device: its id, any of its addresses, or its name
                 * @example living-room-tv
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceSplit"];
            };
        };
        responses: {
            /** @description In force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suspects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, any of its addresses, or its name
                 * @example living-room-tv
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suspects"];
                };
            };
            /** @description There is no such device */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exceptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Exceptions"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    except: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewException"];
            };
        };
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_exception: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query: {
                /**
                 * @description The name.
                 * @example tracking.miui.com
                 */
                name: string;
                /**
                 * @description The record type, `A` unless given: the name of a usual one, or its number as in `TYPE65`.
                 * @example HTTPS
                 */
                type?: string;
                /**
                 * @description The device that would ask: its id, any of its addresses, or its name; without it, one that is in no group.
                 * @example living-room-tv
                 */
                device?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flow: {
        parameters: {
            query?: {
                /** @description The time range; a day unless a time is given. */
                range?: "1h" | "24h" | "7d" | "30d" | "1y";
                /** @description In place of a range, where the time begins, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Where it ends; now unless given. */
                to?: number;
                /**
                 * @description Only tries that this filter means, as for queries, without `type` and `transport`. Its `since` and `until` stand for
                 *     `from` and `to`.
                 * @example vendor:samsung stopped
                 */
                filter?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Groups"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_group: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGroup"];
            };
        };
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example kids
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example kids
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupPatch"];
            };
        };
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    headline: {
        parameters: {
            query?: {
                /** @description The time range; a day unless a time is given. */
                range?: "1h" | "24h" | "7d" | "30d" | "1y";
                /** @description In place of a range, where the time begins, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Where it ends; now unless given. */
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Headline"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lists"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewList"];
            };
        };
        responses: {
            /** @description Subscribed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_progress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["UpdateProgress"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The list
                 * @example vendors
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The list
                 * @example vendors
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ListChange"];
            };
        };
        responses: {
            /** @description In force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The list
                 * @example vendors
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_one: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The list
                 * @example vendors
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: {
                /** @description The time range; a day unless given. */
                range?: "1h" | "24h" | "7d" | "30d" | "1y";
                /**
                 * @description In place of a range, where it begins, in milliseconds since 1970 UTC: the hour that holds this time, or the day
                 *     when that is longer ago than hours are kept.
                 */
                from?: number;
                /** @description Where it ends; now unless given. */
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    choose_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description In force; the answer sets a new cookie where there was one */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force; the answer sets a new cookie where there was one */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pauses"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPause"];
            };
        };
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume: {
        parameters: {
            query?: {
                /**
                 * @description The device: its hardware address, an address, or its name.
                 * @example living-room-tv
                 */
                device?: string;
                /**
                 * @description The id of the group.
                 * @example kids
                 */
                group?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    queries: {
        parameters: {
            query?: {
                /** @description Rows wanted, 100 unless given, 500 at most. */
                limit?: number;
                /** @description Only rows older than the one with this id: `next` of the page before. */
                before?: number;
                /** @description Only queries from this time on, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Only queries before this time. */
                until?: number;
                /** @description Only queries of this device. */
                device?: components["schemas"]["DeviceId"];
                /** @description Only queries that ended so. */
                verdict?: "stopped" | "allowed" | "cached" | "local" | "failed";
                /** @description Only names that contain this text; case does not matter. */
                name?: string;
                /**
                 * @description Only queries that this filter means: terms such as `device:"living-room tv" vendor:samsung stopped
                 *     name:*.roku.com type:HTTPS since:2h -name:*.apple.com`. Terms of one key are alternatives; a minus says not.
                 * @example vendor:samsung stopped since:2h
                 */
                filter?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erase: {
        parameters: {
            query: {
                /** @description The device whose queries are erased. */
                device: components["schemas"]["DeviceId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is erased */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export: {
        parameters: {
            query: {
                /** @description How the file is written. */
                format: "csv" | "jsonl";
                /** @description Only queries from this time on, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Only queries before this time. */
                until?: number;
                /** @description Only queries of this device. */
                device?: components["schemas"]["DeviceId"];
                /** @description Only queries that ended so. */
                verdict?: "stopped" | "allowed" | "cached" | "local" | "failed";
                /** @description Only names that contain this text; case does not matter. */
                name?: string;
                /**
                 * @description Only queries that this filter means: terms such as `device:"living-room tv" vendor:samsung stopped
                 *     name:*.roku.com type:HTTPS since:2h -name:*.apple.com`. Terms of one key are alternatives; a minus says not.
                 * @example vendor:samsung stopped since:2h
                 */
                filter?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/jsonl": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: {
                /** @description Only queries that this filter means, as for pages of queries. Those that are left out leave gaps in the ids. */
                filter?: string;
            };
            header?: {
                /** @description The id of the last event that was received */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LiveRows"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    records: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Records"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_record: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRecord"];
            };
        };
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The record: its id or its text
                 * @example 7
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnRules"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_rule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRule"];
            };
        };
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The rule: its id or its text
                 * @example 7
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    series: {
        parameters: {
            query?: {
                /** @description The time range; a day unless a time is given. */
                range?: "1h" | "24h" | "7d" | "30d" | "1y";
                /** @description In place of a range, where the time begins, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Where it ends; now unless given. */
                to?: number;
                /**
                 * @description Only queries that this filter means, as for queries, without `type` and `transport`. Its `since` and `until` stand for
                 *     `from` and `to`.
                 * @example device:"living-room tv" vendor:samsung stopped
                 */
                filter?: string;
                /** @description Whether as much time before is told too. */
                compare?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    state: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogIn"];
            };
        };
        responses: {
            /** @description Logged in; the answer sets the cookie */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Neither the token nor the password */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingList"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key
                 * @example cache.size
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewValue"];
            };
        };
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key
                 * @example cache.size
                 */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    top: {
        parameters: {
            query?: {
                /** @description The time range; a day unless a time is given. */
                range?: "1h" | "24h" | "7d" | "30d" | "1y";
                /** @description In place of a range, where the time begins, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Where it ends; now unless given. */
                to?: number;
                /**
                 * @description Only queries that this filter means, as for queries, without `type` and `transport`. Its `since` and `until` stand for
                 *     `from` and `to`, its `group` for `group`.
                 * @example device:"living-room tv" stopped group:vendor
                 */
                filter?: string;
                /** @description What queries are counted by; vendors unless given. */
                group?: "device" | "vendor" | "service" | "purpose" | "country" | "registered" | "network" | "name" | "type" | "verdict" | "list";
                /** @description Whether as much time before is told too. */
                compare?: boolean;
                /** @description Lines wanted, 20 unless given, 500 at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vendors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VendorPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vendor_report: {
        parameters: {
            query?: {
                /** @description The time range; a day unless a time is given. */
                range?: "1h" | "24h" | "7d" | "30d" | "1y";
                /** @description In place of a range, where the time begins, in milliseconds since 1970 UTC. */
                from?: number;
                /** @description Where it ends; now unless given. */
                to?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The company, as `/api/v1/vendors` writes it
                 * @example Xiaomi
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VendorReport"];
                };
            };
            /** @description The catalogue knows no such vendor, or there is no journal */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description They are not */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
