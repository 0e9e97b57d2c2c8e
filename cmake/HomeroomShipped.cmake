# Notes what a plugin is like as built: NAME.shipped holds the SHA-256 of library and manifest.
file(SHA256 ${FOLDER}/${NAME}.so library)
file(SHA256 ${FOLDER}/${NAME}.manifest.yaml manifest)
file(WRITE ${FOLDER}/${NAME}.shipped "${library}\n${manifest}\n")
