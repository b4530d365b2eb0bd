setInterval(() => process.stdout.write('hello\n'), 1000);
