using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// The forms of a row. Prompts: <c>prompt</c> (a text or messages), <c>messages</c>, <c>prompt_ids</c>, <c>question</c>, Alpaca's
/// <c>instruction</c>, ShareGPT's <c>conversations</c>. Responses: <c>response</c>, <c>responses</c> and their ids;
/// <c>completion</c>; <c>answer</c> beside <c>question</c>; <c>output</c> beside <c>instruction</c>; the last message of a
/// conversation that an assistant ends; and pairs (<see cref="PreferenceForms"/>).
/// </summary>
internal static class RowForms
{
    private static readonly string[] Prompts = [.. RowForm.Prompts.Select(f => f.Name)];

    private static readonly string[] Responses = [.. RowForm.Responses.Select(f => f.Name)];

    /// <summary>A row's prompt and responses.</summary>
    /// <exception cref="InputException">What is wrong with the row.</exception>
    public static (RowPrompt Prompt, IReadOnlyList<RowResponse> Responses, ResponseShape Shape) Read(RowFields row)
    {
        bool pairOfIds = row.Has("chosen_ids") || row.Has("rejected_ids");
        bool pair = pairOfIds || row.Has("chosen") || row.Has("rejected");
        string[] given = [.. Responses.Where(row.Has)];
        if (pair)
        {
            if (given.FirstOrDefault(f => !IsPair(f)) is { } other) throw Both(other, given.First(IsPair));
            if (pairOfIds && given.FirstOrDefault(f => f is "chosen" or "rejected") is { } text)
            {
                throw Both(text, given.First(f => f is "chosen_ids" or "rejected_ids"));
            }

            if (pairOfIds) return (Prompt(row), [OfIds(row, "chosen_ids"), OfIds(row, "rejected_ids")], ResponseShape.Pair);
            (RowPrompt asked, RowResponse chosen, RowResponse rejected) = PreferenceForms.Read(row);
            return (asked, [chosen, rejected], ResponseShape.Pair);
        }

        // Text beside its ids says what they are: the ids count.
        string[] canonical = [.. given.Where(f => !given.Contains($"{f}_ids"))];
        if (canonical.Length > 1) throw Both(canonical[0], canonical[1]);
        if (canonical.Length == 0) return OneOf(row);
        JsonElement value = row.Get(canonical[0])!.Value;
        string place = row.NameOf(canonical[0]);
        return canonical[0] switch
        {
            "response" => (Prompt(row), [Spanned(Response(value, place), row.Get("spans"))], ResponseShape.One),
            "response_ids" => (Prompt(row), [new RowResponse(null, RowJson.Ids(value, place))], ResponseShape.One),
            "responses" => (Prompt(row), Many(value, place, Response), ResponseShape.Many),
            _ => (Prompt(row), Many(value, place, (v, p) => new RowResponse(null, RowJson.Ids(v, p))), ResponseShape.Many),
        };
    }

    /// <summary>A row's prompt.</summary>
    /// <exception cref="InputException">There is none, or two.</exception>
    public static RowPrompt Prompt(RowFields row)
    {
        if (!Prompts.Any(row.Has) && row.Has("chosen") && row.Has("rejected")) return PreferenceForms.Read(row).Prompt;
        string name = PromptField(row) ?? throw NoPrompt(row);
        return Prompt(row, name);
    }

    /// <summary>The field that holds the prompt; null where there is none.</summary>
    /// <exception cref="InputException">Two do.</exception>
    public static string? PromptField(RowFields row)
    {
        if (row.Has("prompt_ids")) return "prompt_ids";
        if (row.Has("prompt") && row.Has("messages")) throw Both("prompt", "messages");
        return Prompts.FirstOrDefault(row.Has);
    }

    /// <summary>The prompt in a field.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static RowPrompt Prompt(RowFields row, string field)
    {
        JsonElement value = row.Get(field)!.Value;
        string place = row.NameOf(field);
        TemplateArguments? arguments = RowArguments.Read(row);
        return field switch
        {
            "prompt_ids" => new RowPrompt { Ids = RowJson.Ids(value, place) },
            "instruction" => AlpacaRows.Prompt(row) with { Arguments = arguments },
            "conversations" => new RowPrompt { Messages = ShareGpt.Messages(value, place), Arguments = arguments },
            "messages" => new RowPrompt { Messages = MessageParser.Parse(value, place), Arguments = arguments },
            _ when value.ValueKind == JsonValueKind.Array =>
                new RowPrompt { Messages = MessageParser.Parse(value, place), Arguments = arguments },
            "question" => new RowPrompt { Text = row.Scalar(field), Arguments = arguments },
            _ => new RowPrompt { Text = row.Text(field), Arguments = arguments },
        };
    }

    /// <summary>A response: a text, an assistant's message, or a list of one.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static RowResponse Response(JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            List<ConversationMessage> messages = MessageParser.Parse(value, place);
            return messages is [{ Role: "assistant" } only]
                ? Of(only)
                : throw new InputException(
                    $"\"{place}\": expected a text or one assistant message, found messages of "
                    + string.Join(", ", messages.Select(m => $"'{m.Role}'")));
        }

        if (value.ValueKind != JsonValueKind.Object) return new RowResponse(RowJson.AsText(value, place), null);
        ConversationMessage message = RowJson.Get(value, "from") is null
            ? MessageParser.Message(value, place)
            : ShareGpt.Message(value, place);
        return message.Role == "assistant"
            ? Of(message)
            : throw new InputException($"\"{place}\": expected an assistant's message, found one of '{message.Role}'");
    }

    /// <summary>An assistant's message as a response.</summary>
    public static RowResponse Of(ConversationMessage message) =>
        new(message.Content, null) { Message = message.Fields is null ? null : message };

    /// <summary>The sentence for two fields that say the same thing.</summary>
    public static InputException Both(string one, string other) =>
        new($"the row has both \"{one}\" and \"{other}\"; expected one of them");

    private static InputException NoPrompt(RowFields row) => new(
        $"the row has no prompt; expected one of {Quoted(["prompt", "messages", "prompt_ids"])}{Found(row)}");

    // One response under another name, or the last word of a conversation.
    private static (RowPrompt Prompt, IReadOnlyList<RowResponse> Responses, ResponseShape Shape) OneOf(RowFields row)
    {
        string? prompt = PromptField(row);
        string? response = row.Has("completion") ? "completion"
            : prompt == "question" && row.Has("answer") ? "answer"
            : prompt == "instruction" && row.Has("output") ? "output"
            : null;
        if (response is null && StepRows.Read(row) is { } steps)
        {
            return (Prompt(row, prompt ?? throw NoPrompt(row)), [steps], ResponseShape.One);
        }

        if (response is not null)
        {
            if (prompt is null) _ = Prompt(row);
            JsonElement value = row.Get(response)!.Value;
            RowResponse one = value.ValueKind == JsonValueKind.Number
                ? new RowResponse(row.Scalar(response), null)
                : Response(value, row.NameOf(response));
            return (Prompt(row, prompt!), [Spanned(one, row.Get("spans"))], ResponseShape.One);
        }

        if (prompt is not null && Prompt(row, prompt) is { Messages: [_, .., { Role: "assistant" } last] messages } asked)
        {
            return (asked with { Messages = [.. messages.SkipLast(1)] }, [Spanned(Of(last), row.Get("spans"))],
                ResponseShape.One);
        }

        throw new InputException($"the row has no response; expected one of {Quoted(Responses)}{Found(row)}");
    }

    private static RowResponse Spanned(RowResponse response, JsonElement? spans) =>
        spans is { } value ? response with { Spans = RowArguments.Spans(value, response.Text) } : response;

    private static List<RowResponse> Many(JsonElement array, string name, Func<JsonElement, string, RowResponse> one)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new InputException($"\"{name}\" must be an array, found {RowJson.Describe(array)}");
        }

        List<RowResponse> responses = new(array.GetArrayLength());
        foreach (JsonElement item in array.EnumerateArray()) responses.Add(one(item, $"{name}[{responses.Count}]"));
        return responses.Count > 0 ? responses : throw new InputException($"\"{name}\" is empty; expected at least one response");
    }

    private static bool IsPair(string field) => field is "chosen" or "rejected" or "chosen_ids" or "rejected_ids";

    private static RowResponse OfIds(RowFields row, string field) => row.Get(field) is { } ids
        ? new RowResponse(null, RowJson.Ids(ids, row.NameOf(field)))
        : throw new InputException($"\"{(field == "chosen_ids" ? "rejected_ids" : "chosen_ids")}\" is given without \"{field}\"");

    /// <summary>What a sentence says of the columns that are there.</summary>
    public static string Found(RowFields row)
    {
        string[] names = [.. row.Names.Take(12).Select(n => n.Length > 40 ? n[..40] + "..." : n)];
        return names.Length == 0 ? ", found no column" : $", found the columns {string.Join(", ", names)}";
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
