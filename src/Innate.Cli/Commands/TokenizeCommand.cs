using System.CommandLine;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Cli.Commands;

/// <summary><c>innate tokenize</c>: text in, token ids out.</summary>
internal static class TokenizeCommand
{
    private const string Description = """
        Encode text into token ids.

        {"text": "..."} in, {"ids": [...]} out, other fields passed through. Needs only the tokenizer's files.

        Example:
          echo '{"text":"Hello"}' | innate tokenize
        """;

    private static readonly string[] OurFields = ["text", "ids"];

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        RowLoop loop = new();
        Option<bool> special = Opt.Flag(
            "--special", "Add the special tokens that the tokenizer's post-processor adds, such as a BOS [off: none]");
        Command command = new("tokenize", Description);
        model.AddModelTo(command, threads: false);
        loop.AddTo(command);
        command.Add(special);
        command.SetAction(parsed =>
        {
            using ModelSession session = model.Open(parsed, io);
            Tokenizer tokenizer = session.Tokenizer;
            bool withSpecial = parsed.GetValue(special);
            return loop.Run(parsed, io, row =>
            {
                int[] ids = tokenizer.Encode(RowJson.Text(row, "text"), withSpecial);
                return RowWriter.Line(w =>
                {
                    RowWriter.PassThrough(w, row, OurFields);
                    w.WriteStartArray("ids");
                    foreach (int id in ids) w.WriteNumberValue(id);
                    w.WriteEndArray();
                });
            });
        });
        return command;
    }
}
