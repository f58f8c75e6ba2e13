using Innate.Foundation.Forms;
using static Innate.Foundation.Forms.JsonField;

namespace Innate.Rows;

/// <summary>
/// The fields of a row that its readers know (docs/rows.md), by kind. Readers look for these names, and the row's schema is made
/// of them; what a form cannot say (two fields that say the same thing, spans that overlap) the readers refuse.
/// </summary>
internal static class RowForm
{
    private static readonly ListForm Ids = JsonForm.List(new NumberForm { IsWhole = true, Least = 0, Most = int.MaxValue }, 1);

    private static readonly JsonForm Parts = JsonForm.List(JsonForm.Either(
        JsonForm.Text,
        new ObjectForm(
        [
            new("type", new TextForm { Choices = ["text"] }, "The part's kind: models here read text alone."),
            new JsonField("text", JsonForm.Text, "Its text.").Always,
        ])
        { Others = JsonForm.Anything }));

    private static readonly ObjectForm Message = new(
    [
        new JsonField("role", JsonForm.Text, "Whose it is: system, user, assistant, tool.").Always,
        new("content", JsonForm.Either(JsonForm.Text, Parts), "What it says: a text, or parts that are texts."),
    ])
    {
        Others = JsonForm.Anything,
        Needs = [[[Any("content")], [Any("tool_calls")], [Any("function_call")]]],
    };

    private static readonly ObjectForm ShareGptMessage = new(
    [
        new JsonField("from", new TextForm
        {
            Choices = ["human", "user", "gpt", "assistant", "chatgpt", "model", "system", "tool", "observation"],
        }, "Whose it is.").Always,
        new JsonField("value", JsonForm.Text, "What it says.").Always,
    ])
    { Others = JsonForm.Anything };

    private static readonly ListForm Messages = JsonForm.List(Message, 1);

    private static readonly ListForm Conversation = JsonForm.List(JsonForm.Either(ShareGptMessage, Message), 1);

    private static readonly JsonForm Response = JsonForm.Either(
        JsonForm.Text, ShareGptMessage, Message, JsonForm.List(Message, 1, 1));

    private static readonly JsonForm ResponseOrNumber = JsonForm.Either(
        JsonForm.Text, JsonForm.Number, ShareGptMessage, Message, JsonForm.List(Message, 1, 1));

    private static readonly JsonForm Preferred = JsonForm.Either(JsonForm.Text, ShareGptMessage, Message, Conversation);

    private static readonly ListForm Range = JsonForm.List(new NumberForm { IsWhole = true, Least = 0 }, 2, 2);

    private static readonly ListForm Ranges = JsonForm.List(Range, 1);

    /// <summary>Fields that hold what is asked; the first that is there counts.</summary>
    public static IReadOnlyList<JsonField> Prompts { get; } =
    [
        new("prompt", JsonForm.Either(JsonForm.Text, Messages),
            "What is asked: a text, which is one user message, or messages."),
        new("messages", Messages, "A conversation; where an assistant's message ends it, that is the response."),
        new("prompt_ids", Ids, "Token ids, used as they are."),
        new("question", JsonForm.Either(JsonForm.Text, JsonForm.Number, Messages), "A text, or messages."),
        new("instruction", JsonForm.Text, "Alpaca's text."),
        new("conversations", Conversation, "ShareGPT's conversation."),
    ];

    /// <summary>Fields that hold responses.</summary>
    public static IReadOnlyList<JsonField> Responses { get; } =
    [
        new("response", Response, "One response: a text or an assistant's message."),
        new("responses", JsonForm.List(Response, 1), "Several."),
        new("response_ids", Ids, "One, as token ids."),
        new("responses_ids", JsonForm.List(Ids, 1), "Several, as token ids."),
        new("chosen", Preferred, "Of a preference the better answer: a text, a message, or the whole conversation."),
        new("rejected", Preferred, "Of a preference the worse answer, in the same form."),
        new("chosen_ids", Ids, "Of a preference the better answer, as token ids."),
        new("rejected_ids", Ids, "Of a preference the worse answer, as token ids."),
    ];

    /// <summary>Fields that hold one response where none of <see cref="Responses"/> is there.</summary>
    private static IReadOnlyList<JsonField> Others { get; } =
    [
        new("completion", ResponseOrNumber, "One response."),
        new("completions", JsonForm.List(JsonForm.Text, 1), "The steps of one response, as TRL has them."),
        new("steps", JsonForm.List(JsonForm.Text, 1), "The steps of one response."),
    ];

    /// <summary>Fields that say something of prompt, responses or template.</summary>
    private static IReadOnlyList<JsonField> Beside { get; } =
    [
        new("system", JsonForm.Text, "The system message, where the conversation has none."),
        new("tools", JsonForm.Either(JsonForm.List(JsonForm.Anything), JsonForm.Text),
            "Tools for the template, or a text of JSON."),
        new("chat_template", JsonForm.Text, "The name of one of the model's templates."),
        new("chat_template_kwargs", JsonForm.Either(JsonForm.Map(JsonForm.Anything), JsonForm.Text),
            "Variables for the template, or a text of JSON."),
        new("spans", Ranges, "Which characters of the response are rewarded: ranges [start, end], in order and apart."),
        new("null_prompt", JsonForm.Text, "The prompt that says nothing, for guidance."),
        new("null_prompt_ids", Ids, "The same, as token ids."),
        new("image_prompt_ids", Ids, "The prompt with its image alone, as token ids."),
    ];

    /// <summary>A row with a prompt and its responses; fields that nobody knows pass through.</summary>
    public static ObjectForm Row { get; } = new([.. Prompts, .. Responses, .. Others, .. Beside])
    {
        Others = JsonForm.Anything,
        Needs =
        [
            [.. Prompts.Select(f => new[] { Any(f.Name) }), Given("chosen", "rejected")],
            [
                [Any("response")], [Any("responses")], [Any("response_ids")], [Any("responses_ids")],
                Given("chosen", "rejected"), Given("chosen_ids", "rejected_ids"), [Any("completion")], [Any("completions")],
                [Any("steps")], Given("question", "answer"), Given("instruction", "output"), [Any("messages")],
                [Any("conversations")], [new("prompt", Messages, "")],
            ],
        ],
    };

    private static JsonField[] Given(params string[] names) => [.. names.Select(Any)];
}
