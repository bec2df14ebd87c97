/** The reference section of docs/contract.md, from the JSON Schema: one heading for each map, one entry for each key. */

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const BEGIN = "<!-- reference: written by harness/src/contract/write-docs.ts -->";
const END = "<!-- reference ends -->";

/** The page with its reference section replaced by one made from the schema. Throws when the page lacks the markers. */
export function withReference(page: string, schema: object): string {
  const [before, rest = ""] = page.split(BEGIN);
  const after = rest.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`no "${BEGIN}" … "${END}"`);
  return `${before}${BEGIN}\n\n${reference(schema)}\n\n${END}${after}`;
}

function reference({ definitions = {} }: Schema): string {
  return Object.values(definitions)
    .map(({ title, description, properties = {}, required = [] }) => {
      const entries = Object.entries(properties).map(([key, value]) => {
        const traits = [
          typeText(value, definitions),
          ...(required.includes(key) ? ["needed"] : []),
          ...defaultText(value),
        ];
        return `- \`${key}\` (${traits.join(", ")}): ${value.description}`;
      });
      return `### ${title}\n\n${description}\n\n${entries.join("\n")}`;
    })
    .join("\n\n");
}

/** Empty maps and lists are what nobody would take for anything else: they are left out. */
function defaultText({ default: value }: Schema): readonly string[] {
  if (value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0))
    return [];
  return [`default \`${typeof value === "string" ? value : JSON.stringify(value)}\``];
}

function typeText(schema: Schema, all: Readonly<Record<string, Schema>>): string {
  const of = (inner: Schema): string => typeText(inner, all);
  const {
    $ref,
    allOf,
    anyOf,
    type,
    items,
    additionalProperties,
    minimum = 0,
    maximum = 0,
  } = schema;
  if ($ref !== undefined) {
    const title = all[$ref.split("/").at(-1) ?? ""]?.title ?? "";
    return `[${title}](#${title.toLowerCase().replaceAll(" ", "-")})`;
  }
  if (schema.title !== undefined) return schema.title;
  if (allOf) return allOf.map(of).join(", ");
  if (anyOf) return anyOf.map(of).join(" or ");
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(" or ");
  if (items) return `list of: ${of(items)}`;
  if (additionalProperties) return `map from name to: ${of(additionalProperties)}`;
  if (schema.properties) return `\`{ ${Object.keys(schema.properties).join(", ")} }\``;
  if (type === "integer") return `${minimum} to ${maximum}`;
  return { string: "text", boolean: "true or false" }[type ?? ""] ?? "any value";
}
