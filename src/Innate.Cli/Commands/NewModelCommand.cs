using System.CommandLine;
using System.Globalization;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate new-model</c>: a fresh checkpoint with random weights.</summary>
internal static class NewModelCommand
{
    private const string Description = """
        Make a new model with random weights: a Hugging Face folder, ready to be trained.

        The tokenizer is byte-level BPE: a token a byte, or with --tokenizer-data merges learned from your text. Its chat template
        is ChatML. The same options give the same bytes.

        Examples:
          innate new-model --hidden 256 --layers 6 --heads 4 --kv-heads 2 --mlp 768 --out tiny
          innate new-model --family qwen3 --hidden 256 --layers 6 --heads 4 --kv-heads 2 --mlp 768 \
            --tokenizer-data rows.jsonl --vocabulary 4096 --out tiny
        """;

    public static Command Create(CliIo io)
    {
        NewModelSettings defaults = new() { Output = "" };
        Option<string?> family = Opt.Text("--family", "NAME", string.Join(", ", NewModelSettings.Families), defaults.Family);
        Option<int> hidden = Size("--hidden", "Width of the residual stream");
        Option<int> layers = Size("--layers", "Decoder layers");
        Option<int> heads = Size("--heads", "Query heads");
        Option<int> keyValueHeads = Size("--kv-heads", "Key and value heads, a divisor of --heads");
        Option<int> mlp = Size("--mlp", "Width of the MLP, or of one expert");
        Option<int> experts = Number("--experts", "Experts of a layer, in a family that has them; 0: 8", 0);
        Option<int> perToken = Number("--experts-per-token", "Experts that each token chooses; 0: 2", 0);
        Option<int> headDimension = Number("--head-dim", "Width of one head, even; 0: --hidden / --heads", 0);
        Option<int> positions = Number("--max-positions", "The longest context, in tokens", defaults.MaxPositions);
        Option<bool> tied = new("--tied")
        {
            Description = "Whether the head is the embedding [default: true]",
            HelpName = "true|false",
            DefaultValueFactory = _ => true,
        };
        Option<string?> type = Opt.Text("--dtype", "TYPE", "How weights are stored: f32 or bf16", "f32");
        Option<ulong> seed = Opt.Seed("--seed", "Decides the random weights");
        Option<string?> data = Opt.Text(
            "--tokenizer-data", "FILE", "Learn the tokenizer's merges from this text: JSON lines or .txt [off: a token a byte]");
        Option<int> vocabulary = Number(
            "--vocabulary", "Rows of the embedding; those that the tokenizer has no token for stay unused", defaults.Vocabulary);
        Option<string?> output = Opt.Text("--out", "DIR", "The new folder: must not exist, or be empty");
        output.Required = true;

        Command command = new("new-model", Description);
        Option[] all =
        [
            family, hidden, layers, heads, keyValueHeads, mlp, experts, perToken, headDimension, positions, tied, type, seed,
            data, vocabulary, output,
        ];
        foreach (Option option in all) command.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(data) is not null && !parsed.IsGiven(vocabulary))
            {
                throw new InputException(
                    "--tokenizer-data: expected --vocabulary N beside it (how many tokens to learn), found none.");
            }

            CreatedModel made = new NewModelRun(
                new NewModelSettings
                {
                    Output = parsed.GetValue(output)!,
                    Family = parsed.GetValue(family)!,
                    Hidden = parsed.GetValue(hidden),
                    Layers = parsed.GetValue(layers),
                    Heads = parsed.GetValue(heads),
                    KeyValueHeads = parsed.GetValue(keyValueHeads),
                    Mlp = parsed.GetValue(mlp),
                    Experts = parsed.GetValue(experts) is var count and not 0 ? count : null,
                    ExpertsPerToken = parsed.GetValue(perToken) is var chosen and not 0 ? chosen : null,
                    HeadDimension = parsed.GetValue(headDimension) is var width and not 0 ? width : null,
                    MaxPositions = parsed.GetValue(positions),
                    Tied = parsed.GetValue(tied),
                    Type = parsed.GetValue(type)!,
                    Seed = parsed.GetValue(seed),
                    Vocabulary = parsed.GetValue(vocabulary),
                    TokenizerData = parsed.GetValue(data),
                }).Execute(cancellation: io.Cancellation);
            io.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{parsed.GetValue(family)}: {made.Parameters} parameters, {made.Tokens} tokens, "
                + $"vocabulary {made.Vocabulary}"));
            using StreamWriter text = io.TextOutput();
            text.WriteLine(made.Folder);
            return ExitCodes.Success;
        });
        return command;
    }

    // Any whole number passes here: what is out of range is said of all options at once.
    private static Option<int> Number(string name, string description, int fallback) =>
        Opt.Whole(name, description, fallback, int.MinValue, "a whole number");

    private static Option<int> Size(string name, string description)
    {
        Option<int> option = Number(name, description, 0);
        option.Required = true;
        option.DefaultValueFactory = null;
        return option;
    }
}
