using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Innate.Cli.Terminal;

/// <summary>How work is told of: one line that redraws itself on a terminal, a plain line now and then in a pipe.</summary>
internal sealed class LiveLine(
    TextWriter writer, bool isTerminal, int width, Func<TimeSpan>? clock = null, ColourDepth depth = ColourDepth.None)
{
    private const int Cells = 20;

    private static readonly TimeSpan LiveEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(3);

    private readonly Func<TimeSpan> _clock = clock ?? Since(Stopwatch.StartNew());
    private IAnsiConsole? _console;
    private Drawing? _drawing;
    private TimeSpan _last;

    /// <summary>Time since the work began.</summary>
    public TimeSpan Elapsed => _clock();

    /// <summary>The columns that a line has beside the bar.</summary>
    public int Room => Math.Max(1, width - 1 - Cells - 1);

    /// <summary>Whether enough time has passed since the last line; then the next one counts from now.</summary>
    public bool IsDue()
    {
        TimeSpan now = _clock();
        if (now - _last < (isTerminal ? LiveEvery : LineEvery)) return false;
        _last = now;
        return true;
    }

    /// <summary>Shows a line in place of the one before, after a bar where there is room; in a pipe, the line alone.</summary>
    /// <param name="fraction">How much is done; null: unknown, so there is no bar.</param>
    /// <param name="text">The line.</param>
    public void Show(double? fraction, string text)
    {
        if (isTerminal)
        {
            _console ??= new SteadyConsole(Screen.Over(writer, width, depth, isLive: true));
            _drawing ??= new Drawing(_console);
            _drawing.Update(Line(fraction, text));
        }
        else
        {
            writer.WriteLine(text);
        }

        writer.Flush();
    }

    /// <summary>Writes a line that stays, in place of the live one.</summary>
    public void Write(string line)
    {
        Clear();
        writer.WriteLine(line);
        writer.Flush();
    }

    /// <summary>Removes the live line, so that what is written next stands alone.</summary>
    public void Clear()
    {
        if (_drawing is null) return;
        _drawing.End();
        _drawing = null;
        writer.Flush();
    }

    // Not a field: in a pipe Spectre is not even loaded.
    private static Style Done => new(new Rgb(58, 128, 206).ToColor());

    private Paragraph Line(double? fraction, string text)
    {
        Paragraph line = new();
        int room = width - 1;
        if (fraction is { } f && text.Length <= Room)
        {
            int full = (int)Math.Round(Cells * Math.Clamp(f, 0, 1));
            line.Append(new string('━', full), Done).Append(new string('╌', Cells - full), Screen.Dim).Append(" ");
            room = Room;
        }

        return line.Append(text.Length <= room ? text : text[..room]);
    }

    private static Func<TimeSpan> Since(Stopwatch watch) => () => watch.Elapsed;

    // A live display lasts as long as a task does; this one's ends when it is told to.
    private sealed class Drawing
    {
        private readonly TaskCompletionSource _end = new();
        private readonly Task _display;
        private LiveDisplayContext? _context;

        public Drawing(IAnsiConsole console) => _display = new LiveDisplay(console, new Paragraph()) { AutoClear = true }
            .StartAsync(context =>
            {
                _context = context;
                return _end.Task;
            });

        public void Update(IRenderable line) => _context!.UpdateTarget(line);

        public void End()
        {
            _end.SetResult();
            _display.GetAwaiter().GetResult();
        }
    }

    // The cursor stays as it is: a process that is killed would leave it hidden.
    private sealed class SteadyConsole(IAnsiConsole console) : IAnsiConsole, IAnsiConsoleCursor
    {
        public Profile Profile => console.Profile;

        public IAnsiConsoleCursor Cursor => this;

        public IAnsiConsoleInput Input => console.Input;

        public IExclusivityMode ExclusivityMode => console.ExclusivityMode;

        public RenderPipeline Pipeline => console.Pipeline;

        public void Clear(bool home) => console.Clear(home);

        public void Write(IRenderable renderable) => console.Write(renderable);

        public void WriteAnsi(Action<AnsiWriter> action) => console.WriteAnsi(action);

        public void Show(bool show)
        {
        }

        public void SetPosition(int column, int line) => console.Cursor.SetPosition(column, line);

        public void Move(CursorDirection direction, int steps) => console.Cursor.Move(direction, steps);
    }
}
